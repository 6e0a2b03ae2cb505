package dev.fairlead.server;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One blocking connection of the tests, which knows as little as possible: replies become strings, errors begin with a minus, pushes
 * of RESP3 with {@code >} and attributes, ahead of their reply, with {@code |}.
 */
public final class Talk implements Closeable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;

    public Talk(int port) {
        this(port, new Socket());
    }

    /** @param unconnected an encrypted one perhaps */
    Talk(int port, Socket unconnected) {
        socket = unconnected;
        try {
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one command on a connection of its own. */
    public static String ask(int port, String... argv) {
        try (Talk talk = new Talk(port)) {
            return talk.call(argv);
        }
    }

    public static String field(int port, String name) {
        for (String line : ask(port, "INFO", "everything").split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return line.substring(name.length() + 1);
            }
        }
        return null;
    }

    public String call(String... argv) {
        send(argv);
        return read();
    }

    public void send(String... argv) {
        StringBuilder out = new StringBuilder("*" + argv.length + "\r\n");
        for (String word : argv) {
            out.append('$')
                    .append(word.getBytes(StandardCharsets.ISO_8859_1).length)
                    .append("\r\n");
            out.append(word).append("\r\n");
        }
        raw(out.toString());
    }

    public void raw(String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (java.net.SocketException e) {
            assert "(closed)".equals(read()) : e; // the other end closed while we wrote; the next read says it again
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next reply; null for a null, and "(closed)" at the end of the connection. */
    public String read() {
        try {
            int kind = in.read();
            if (kind < 0) {
                return "(closed)";
            }
            String line = line();
            switch (kind) {
                case '$': {
                    int length = Integer.parseInt(line);
                    if (length < 0) {
                        return null;
                    }
                    byte[] bytes = in.readNBytes(length);
                    line();
                    return new String(bytes, StandardCharsets.ISO_8859_1);
                }
                case '*': {
                    int count = Integer.parseInt(line);
                    if (count < 0) {
                        return null;
                    }
                    List<String> elements = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        elements.add(read());
                    }
                    return elements.toString();
                }
                case '%':
                    return pairs(Integer.parseInt(line));
                case '|':
                    return "|" + pairs(Integer.parseInt(line)) + " " + read();
                case '>': {
                    List<String> words = new ArrayList<>();
                    for (int i = Integer.parseInt(line); i > 0; i--) {
                        words.add(read());
                    }
                    return ">" + words;
                }
                case '_':
                    return null;
                case '-':
                    return "-" + line;
                default:
                    return line;
            }
        } catch (java.net.SocketException e) {
            return "(closed)";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String pairs(int count) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(read() + "=" + read());
        }
        return pairs.toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended in the middle of a line: " + line);
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
