package dev.fairlead.server.internal.net;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespFramer;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A blocking client: a command, its reply. */
public final class TestClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Socket socket = new Socket();
    private final ByteBuf in = Unpooled.buffer();
    private final RespFramer framer = new RespFramer(RespLimits.DEFAULT);

    public TestClient(int port) throws IOException {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public Reply call(String... argv) throws IOException {
        send(new String[][] {argv});
        return next();
    }

    /** Several commands at once, without waiting for their replies. */
    void send(String[]... commands) throws IOException {
        ByteBuf out = Unpooled.buffer();
        for (String[] argv : commands) {
            RespWriter.request(
                    out,
                    Arrays.stream(argv)
                            .map(word -> word.getBytes(StandardCharsets.UTF_8))
                            .toArray(byte[][]::new));
        }
        socket.getOutputStream().write(ByteBufUtil.getBytes(out));
    }

    /** The next reply or message. */
    public Reply next() throws IOException {
        byte[] chunk = new byte[16 << 10];
        int length = framer.next(in);
        while (length == RespFramer.INCOMPLETE) {
            int read = socket.getInputStream().read(chunk);
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            in.writeBytes(chunk, 0, read);
            length = framer.next(in);
        }
        Reply reply = new RespReader().reset(in, length).readReply();
        in.skipBytes(length);
        return reply;
    }

    /** Replies and messages that have come and were not taken. */
    public int waitingReplies() throws IOException {
        int count = 0;
        while (socket.getInputStream().available() > 0 || in.isReadable()) {
            next();
            count++;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
