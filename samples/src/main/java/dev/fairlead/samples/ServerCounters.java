package dev.fairlead.samples;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * What one server says that it executed, by kind, out of its {@code INFO commandstats}; asked over a plain socket, so that
 * the figures owe nothing to the client they judge. A replica counts the writes that it replays.
 */
record ServerCounters(long reads, long writes, long others) {
    private static final int TIMEOUT_MILLIS = 5_000;

    static ServerCounters of(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("INFO commandstats\r\n".getBytes(StandardCharsets.US_ASCII));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String header = line(in);
            if (!header.startsWith("$")) {
                throw new IOException(host + ":" + port + " answered INFO with '" + header + "'");
            }
            byte[] text = new byte[Integer.parseInt(header.substring(1))];
            in.readFully(text);
            return parse(new String(text, StandardCharsets.US_ASCII));
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readByte(); c != '\r'; c = in.readByte()) {
            line.append((char) c);
        }
        in.readByte();
        return line.toString();
    }

    /** Lines read {@code cmdstat_get:calls=17,usec=…}. */
    static ServerCounters parse(String info) {
        long reads = 0;
        long writes = 0;
        long others = 0;
        for (String line : info.split("\r\n")) {
            int colon = line.indexOf(":calls=");
            if (!line.startsWith("cmdstat_") || colon < 0) {
                continue;
            }
            long calls = Long.parseLong(line.substring(colon + ":calls=".length(), line.indexOf(',', colon)));
            CommandSpec spec = CommandTable.standard().get(line.substring("cmdstat_".length(), colon));
            Access access = spec == null ? Access.OTHER : spec.access();
            switch (access) {
                case READ -> reads += calls;
                case WRITE -> writes += calls;
                case OTHER -> others += calls;
            }
        }
        return new ServerCounters(reads, writes, others);
    }
}
