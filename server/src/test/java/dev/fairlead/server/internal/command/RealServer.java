package dev.fairlead.server.internal.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real redis-server process of a test, and a blocking connection to it that returns the bytes of replies. */
final class RealServer implements AutoCloseable {
    private static final int START_TRIES = 200;

    private final Process process;
    private final Path directory;
    private final int port;
    private final Socket socket;
    private final InputStream in;

    RealServer() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("fairlead-real");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        process = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        "" + port,
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--daemonize",
                        "no",
                        "--enable-debug-command",
                        "yes",
                        "--hz",
                        "500")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        socket = connect();
        in = new BufferedInputStream(socket.getInputStream());
    }

    private Socket connect() throws IOException, InterruptedException {
        for (int i = 0; ; i++) {
            try {
                Socket s = new Socket(InetAddress.getLoopbackAddress(), port);
                s.setTcpNoDelay(true);
                s.setSoTimeout(10_000);
                return s;
            } catch (IOException e) {
                if (i == START_TRIES || !process.isAlive()) {
                    close();
                    throw e;
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Sends a command and returns the bytes of its reply, one character a byte. */
    String call(String... words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (String word : words) {
            byte[] b = word.getBytes(StandardCharsets.ISO_8859_1);
            out.writeBytes(("$" + b.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(b);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        socket.getOutputStream().write(out.toByteArray());
        StringBuilder reply = new StringBuilder();
        readValue(reply);
        return reply.toString();
    }

    private void readValue(StringBuilder into) throws IOException {
        int start = into.length();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("redis-server closed the connection");
            }
            into.append((char) c);
        }
        into.append('\n');
        char type = into.charAt(start);
        String head = into.substring(start + 1, into.length() - 2);
        if (type == '$' || type == '=') {
            int length = Integer.parseInt(head);
            if (length >= 0) {
                into.append(new String(in.readNBytes(length + 2), StandardCharsets.ISO_8859_1));
            }
        } else if (type == '*' || type == '~' || type == '>' || type == '%') {
            int elements = Integer.parseInt(head) * (type == '%' ? 2 : 1);
            for (int i = 0; i < elements; i++) {
                readValue(into);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(directory.resolve("log"));
        Files.deleteIfExists(directory);
    }
}
