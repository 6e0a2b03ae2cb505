package dev.fairlead.it.harness;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A blocking RESP2 client of the tests' own: one socket, one call at a time. It shares no code with the driver or the
 * bundled server, so what it says about either is evidence. For one thread.
 *
 * <p>Replies: {@code String} for simple and bulk strings, {@code Long}, {@code List<Object>}, null for the two nulls. Every
 * read is bounded by the timeout; a socket that stays silent longer throws {@link UncheckedIOException}.
 */
public final class RedisClient implements AutoCloseable {
    /** Longer than any single reply takes on a busy machine, shorter than a test's own deadline. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final Charset charset;

    private RedisClient(String host, int port, Duration timeout, Charset charset) {
        this.charset = charset;
        try {
            int millis = Math.toIntExact(timeout.toMillis());
            socket.connect(new InetSocketAddress(host, port), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = new BufferedOutputStream(socket.getOutputStream());
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("No connection to " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    public static RedisClient connect(String host, int port) {
        return connect(host, port, DEFAULT_TIMEOUT);
    }

    public static RedisClient connect(String host, int port, Duration timeout) {
        return new RedisClient(host, port, timeout, StandardCharsets.UTF_8);
    }

    /** Strings stand for bytes, one char each: for binary values that must come back as they went. */
    public static RedisClient connectBinary(String host, int port) {
        return new RedisClient(host, port, DEFAULT_TIMEOUT, StandardCharsets.ISO_8859_1);
    }

    /** @throws ErrorReply when the server answers with an error */
    public Object call(String... argv) {
        Object reply = ask(argv);
        if (reply instanceof ErrorReply error) {
            throw error;
        }
        return reply;
    }

    /** As {@link #call}, but an error is a value: an {@link ErrorReply}. */
    public Object ask(String... argv) {
        try {
            write(argv);
            out.flush();
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", argv) + ": " + e, e);
        }
    }

    /** Sends without waiting; each needs one {@link #receive} later. */
    public void send(String... argv) {
        try {
            write(argv);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next reply or pushed message, errors as values. */
    public Object receive() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    public List<Object> list(String... argv) {
        return (List<Object>) call(argv);
    }

    public String text(String... argv) {
        return (String) call(argv);
    }

    public long integer(String... argv) {
        return (Long) call(argv);
    }

    /** One section of INFO, name to value, in the server's order. */
    public Map<String, String> info(String section) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text("INFO", section).split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && !line.startsWith("#")) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    /** How often the server has run a command, by its own count ({@code INFO commandstats}); 0 when never. */
    public long callsOf(String command) {
        return commandStat(command, "calls");
    }

    /** How often it has refused one before running it, as a replica refuses writes. 6.0 and older do not count that. */
    public long rejectedCallsOf(String command) {
        return commandStat(command, "rejected_calls");
    }

    private long commandStat(String command, String figure) {
        String stats = info("commandstats").get("cmdstat_" + command.toLowerCase(Locale.ROOT));
        if (stats == null) {
            return 0;
        }
        for (String pair : stats.split(",")) {
            if (pair.startsWith(figure + "=")) {
                return Long.parseLong(pair.substring(figure.length() + 1));
            }
        }
        throw new IllegalStateException("No " + figure + " in " + stats);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String... argv) throws IOException {
        out.write(("*" + argv.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String arg : argv) {
            byte[] bytes = arg.getBytes(charset);
            out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
        }
    }

    private Object read() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+':
                return rest;
            case '-':
                return new ErrorReply(rest);
            case ':':
                return Long.parseLong(rest);
            case '$':
                return readBulk(Integer.parseInt(rest));
            case '*':
                int count = Integer.parseInt(rest);
                if (count < 0) {
                    return null;
                }
                List<Object> elements = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    elements.add(read());
                }
                return elements;
            default:
                throw new IOException("Not a RESP2 reply: " + line);
        }
    }

    private String readBulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || in.read() != '\r' || in.read() != '\n') {
            throw new EOFException("The connection ended inside a reply.");
        }
        return new String(bytes, charset);
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = in.read()) != '\r') {
            if (c < 0) {
                throw new EOFException("The server closed the connection.");
            }
            line.append((char) c);
        }
        if (in.read() != '\n' || line.isEmpty()) {
            throw new IOException("A line that is not RESP: " + line);
        }
        return line.toString();
    }

    /** An error as the server worded it, code first. Equal to another of the same words. */
    public static final class ErrorReply extends RuntimeException {
        private static final long serialVersionUID = 1;

        public ErrorReply(String message) {
            super(message);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ErrorReply error && getMessage().equals(error.getMessage());
        }

        @Override
        public int hashCode() {
            return getMessage().hashCode();
        }
    }
}
