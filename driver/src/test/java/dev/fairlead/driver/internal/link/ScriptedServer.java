package dev.fairlead.driver.internal.link;

import dev.fairlead.topology.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers by a script: one blocking thread per connection, which reads requests with plain JDK means, so that the
 * code under test is not its own witness.
 */
final class ScriptedServer implements AutoCloseable {
    static final String HELLO = "%1\r\n+proto\r\n:3\r\n";

    /** What to do with one request. Null as {@code words} means: the connection was just accepted. */
    interface Script {
        void on(Connection connection, List<String> words) throws IOException;
    }

    /** The server's end of one connection. */
    static final class Connection {
        private final Socket socket;
        private final OutputStream out;

        Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        /** Closes in good order; {@link #reset} does not. */
        void close() throws IOException {
            socket.close();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    /** Every request received, words joined by blanks. */
    final List<String> received = new CopyOnWriteArrayList<>();

    private final Script script;

    ScriptedServer(Script script) throws IOException {
        this.script = script;
        Thread acceptor = new Thread(this::accept, "scripted-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Greets as a RESP3 server does and leaves the rest to the script. */
    static ScriptedServer resp3(Script script) throws IOException {
        return new ScriptedServer((connection, words) -> {
            if (words != null && words.get(0).equals("HELLO")) {
                connection.send(HELLO);
            } else if (words != null) {
                script.on(connection, words);
            }
        });
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", listening.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                sockets.add(socket);
                Thread reader = new Thread(() -> serve(socket), "scripted-connection");
                reader.setDaemon(true);
                reader.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try {
            Connection connection = new Connection(socket);
            script.on(connection, null);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                String header = line(in);
                if (header == null) {
                    return;
                }
                String[] words = new String[Integer.parseInt(header.substring(1))];
                for (int i = 0; i < words.length; i++) {
                    int length = Integer.parseInt(line(in).substring(1));
                    words[i] = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                    in.readNBytes(2);
                }
                received.add(String.join(" ", words));
                script.on(connection, List.of(words));
            }
        } catch (SocketException e) {
            // Either side closed: the test's business.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            line.append((char) b);
        }
        in.read();
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
