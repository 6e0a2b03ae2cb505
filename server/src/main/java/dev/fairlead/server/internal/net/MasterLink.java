package dev.fairlead.server.internal.net;

import dev.fairlead.resp.RespException;
import dev.fairlead.resp.RespWriter;
import dev.fairlead.server.internal.replication.ReplicationState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The link of a replica to its master, again and again: handshake, partial or full resync, then the stream. It keeps what outlives
 * one connection: how far we are, and the database that the stream is in.
 *
 * <p>Confined to the command thread.
 */
final class MasterLink {
    /*
     * The handshake, in the order of Redis; AUTH and REPLCONF are sent at once, PSYNC when all of them are answered:
     *
     *   PING                                     +PONG (or an error that asks for AUTH: go on)
     *   AUTH [user] password                     +OK, if masterauth is set
     *   REPLCONF listening-port 6380             +OK, or an error: an old master, go on
     *   REPLCONF ip-address 10.0.0.2             the same, if replica-announce-ip is set
     *   REPLCONF capa eof capa psync2            the same
     *   PSYNC <id> <offset + 1>                  +FULLRESYNC <id> <offset>, then the snapshot;  +CONTINUE [<id>], then the stream
     */
    private enum State {
        CONNECT,
        CONNECTING,
        HANDSHAKE,
        TRANSFER,
        CONNECTED,
        CLOSED
    }

    /** The longest line of a handshake. */
    private static final int LONGEST_LINE = 1024;

    private static final long RETRY_MILLIS = 1000;

    private final ServerNode node;
    private final Replication replication;
    private final ReplicationState state;
    private final String host;
    private final int port;
    private final EmptyMasterGuard guard;
    private State linkState = State.CONNECT;
    private boolean hasHistory;
    private int database;
    private Channel channel;
    /** The next attempt to connect; null when none is due. */
    private ScheduledFuture<?> retry;

    /** Whether the master of this connection gives signs of life on request. */
    private boolean beats;

    private SnapshotReceiver transfer;
    private StreamApplier applier;
    private long lastIoNanos;
    /** When the link was last lost, wall clock; -1 before it was ever up. */
    private long downSinceMillis = -1;

    MasterLink(ServerNode node, Replication replication, String host, int port, boolean hasHistory, int database) {
        this.node = node;
        this.replication = replication;
        this.state = replication.state();
        this.host = host;
        this.port = port;
        this.guard = new EmptyMasterGuard(node);
        this.hasHistory = hasHistory;
        this.database = database;
    }

    boolean isTo(String otherHost, int otherPort) {
        return host.equalsIgnoreCase(otherHost) && port == otherPort;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    boolean isUp() {
        return linkState == State.CONNECTED;
    }

    boolean isSyncing() {
        return linkState == State.TRANSFER;
    }

    /** The running transfer of a snapshot; null when there is none. */
    SnapshotReceiver transfer() {
        return transfer;
    }

    /** Whether our data is that of a known history at {@link ReplicationState#offset}. */
    boolean hasHistory() {
        return hasHistory;
    }

    /** The database of the next command of the stream. */
    int database() {
        return applier == null ? database : applier.database();
    }

    /** Seconds since the last byte; -1 while the link is not up. */
    long lastIoSeconds() {
        return isUp() ? (node.clock().nowNanos() - lastIoNanos) / 1_000_000_000L : -1;
    }

    long sinceIoSeconds() {
        return (node.clock().nowNanos() - lastIoNanos) / 1_000_000_000L;
    }

    /** Seconds since the link was lost; -1 when it was never up. */
    long downSeconds() {
        return downSinceMillis < 0 ? -1 : (node.clock().nowMillis() - downSinceMillis) / 1000;
    }

    EmptyMasterGuard guard() {
        return guard;
    }

    /** Bytes of the stream that came, applied or not. */
    long readOffset() {
        return applier == null ? state.offset() : applier.readOffset();
    }

    /** As ROLE names it. */
    String roleState() {
        return switch (linkState) {
            case CONNECT, CLOSED -> "connect";
            case CONNECTING -> "connecting";
            case HANDSHAKE -> "handshake";
            case TRANSFER -> "sync";
            case CONNECTED -> "connected";
        };
    }

    void connect() {
        if (linkState != State.CONNECT) {
            return;
        }
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
        linkState = State.CONNECTING;
        lastIoNanos = node.clock().nowNanos();
        node.log().info("MASTER <-> REPLICA sync started");
        ChannelFuture connecting = node.connect(host, port, new Handler());
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess() && linkState == State.CONNECTING) {
                node.log()
                        .warn(
                                "Error condition on socket for SYNC: {}",
                                done.cause().getMessage());
                retryLater();
            }
        });
    }

    private void retryLater() {
        linkState = State.CONNECT;
        long millis = guard.refusedId() == null ? RETRY_MILLIS : EmptyMasterGuard.RETRY_MILLIS;
        retry = node.loop().schedule(this::connect, millis, TimeUnit.MILLISECONDS);
    }

    /** Ends the link for good. What was received and delayed is not applied any more. */
    void close() {
        database = database();
        linkState = State.CLOSED;
        dropConnectionState();
        if (channel != null) {
            channel.close();
        }
    }

    private void dropConnectionState() {
        beats = false;
        replication.beats().stop();
        if (transfer != null) {
            transfer.cancel();
            transfer = null;
        }
        if (applier != null) {
            applier.end();
            applier = null;
        }
    }

    void acknowledge() {
        if (isUp()) {
            send("REPLCONF", "ACK", Long.toString(state.offset()));
        }
    }

    void cron() {
        long timeoutNanos = node.settings().number("repl-timeout") * 1_000_000_000L;
        boolean silent = node.clock().nowNanos() - lastIoNanos > timeoutNanos;
        if (silent && linkState != State.CONNECT && linkState != State.CLOSED) {
            node.log()
                    .warn(
                            switch (linkState) {
                                case CONNECTED -> "MASTER timeout: no data nor PING received...";
                                case TRANSFER ->
                                    "Timeout receiving bulk data from MASTER... If the problem persists try to set the"
                                            + " 'repl-timeout' parameter in redis.conf to a larger value.";
                                default -> "Timeout connecting to the MASTER...";
                            });
            channel.close();
            return;
        }
        acknowledge();
    }

    private void send(String... words) {
        byte[][] argv = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            argv[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        ByteBuf out = channel.alloc().buffer();
        RespWriter.request(out, argv);
        channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Asks for a sign of life in the stream, if the master knows of that. */
    void beat(String token) {
        if (isUp() && beats) {
            send("REPLCONF", Heartbeats.OPTION, token);
        }
    }

    /** Begins a new connection in place of the present one, if there is one. */
    void reconnect() {
        if (channel != null) {
            channel.close();
        }
    }

    /** One connection. */
    private final class Handler extends ChannelInboundHandlerAdapter {
        /** Steps of the handshake whose answers are due, in order. */
        private final Deque<String> due = new ArrayDeque<>();

        private ByteBuf input;
        private String resyncId;
        private long resyncOffset;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (linkState != State.CONNECTING) {
                ctx.close();
                return;
            }
            linkState = State.HANDSHAKE;
            node.log().info("Non blocking connect for SYNC fired the event.");
            step("PING", "PING");
        }

        private void step(String name, String... words) {
            due.add(name);
            send(words);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
            if (ctx.channel() != channel || linkState == State.CLOSED) {
                ((ByteBuf) message).release();
                return;
            }
            lastIoNanos = node.clock().nowNanos();
            input = Cumulation.add(ctx.alloc(), input, (ByteBuf) message);
            while (input != null && input.isReadable() && consume(ctx)) {
                // The next state takes what this one left.
            }
            if (input != null && !input.isReadable()) {
                input.release();
                input = null;
            }
        }

        /** Takes what the present state can use; false when it needs more bytes. */
        private boolean consume(ChannelHandlerContext ctx) throws IOException {
            switch (linkState) {
                case HANDSHAKE -> {
                    String line = line();
                    if (line == null) {
                        return false;
                    }
                    if (!line.isEmpty()) {
                        answered(ctx, line);
                    }
                    return true;
                }
                case TRANSFER -> {
                    boolean whole = transfer.feed(input);
                    if (whole) {
                        loaded();
                    }
                    return whole;
                }
                case CONNECTED -> {
                    applier.received(input);
                    input = null;
                    return false;
                }
                default -> {
                    input.release();
                    input = null;
                    return false;
                }
            }
        }

        /** The next line without its end; null when it has not come whole. */
        private String line() throws IOException {
            int end = input.indexOf(input.readerIndex(), input.writerIndex(), (byte) '\n');
            if (end < 0 && input.readableBytes() > LONGEST_LINE) {
                throw new IOException("the master answers the handshake with more than " + LONGEST_LINE
                        + " bytes without a line end; is it a Redis?");
            }
            if (end < 0) {
                return null;
            }
            String line = input.toString(input.readerIndex(), end - input.readerIndex(), StandardCharsets.UTF_8);
            input.readerIndex(end + 1);
            return line.strip();
        }

        private void answered(ChannelHandlerContext ctx, String line) throws IOException {
            if (resyncId != null) {
                startTransfer(line);
                return;
            }
            boolean error = line.startsWith("-");
            String step = due.poll();
            switch (step == null ? "" : step) {
                case "PING" -> {
                    boolean asksForAuth = line.startsWith("-NOAUTH")
                            || line.startsWith("-NOPERM")
                            || line.startsWith("-ERR operation not permitted");
                    if (error && !asksForAuth) {
                        throw new IOException("Error reply to PING from master: '" + line + "'");
                    }
                    node.log().info("Master replied to PING, replication can continue...");
                    introduce();
                }
                case "AUTH" -> {
                    if (error) {
                        throw new IOException("Unable to AUTH to MASTER: " + line);
                    }
                }
                case "REPLCONF" -> {
                    if (error) {
                        node.log().info("(Non critical) Master does not understand REPLCONF: {}", line);
                    }
                }
                case "BEAT" -> {
                    beats = !error;
                    if (error) {
                        node.log()
                                .warn(
                                        "The master gives no signs of life on request ({}): with replica-max-staleness-ms set this"
                                                + " replica refuses all reads",
                                        line);
                    }
                }
                case "PSYNC" -> resync(line);
                default -> throw new IOException("The master said what nobody asked: '" + line + "'");
            }
            if (due.isEmpty() && resyncId == null && linkState == State.HANDSHAKE) {
                askForResync();
            }
        }

        private void introduce() {
            String password = node.settings().get("masterauth");
            String user = node.settings().get("masteruser");
            if (!password.isEmpty()) {
                if (user.isEmpty()) {
                    step("AUTH", "AUTH", password);
                } else {
                    step("AUTH", "AUTH", user, password);
                }
            }
            long announcedPort = node.settings().number("replica-announce-port");
            step(
                    "REPLCONF",
                    "REPLCONF",
                    "listening-port",
                    Long.toString(announcedPort > 0 ? announcedPort : node.portAmongServers()));
            String announcedIp = node.settings().get("replica-announce-ip");
            if (!announcedIp.isEmpty()) {
                step("REPLCONF", "REPLCONF", "ip-address", announcedIp);
            }
            step("REPLCONF", "REPLCONF", "capa", "eof", "capa", "psync2");
            if (replication.beats().areWanted()) {
                step("BEAT", "REPLCONF", Heartbeats.OPTION, "?");
            }
        }

        /** Only when everything before is answered: a master refuses PSYNC on a connection with output that waits. */
        private void askForResync() {
            if (hasHistory) {
                String next = Long.toString(state.offset() + 1);
                node.log().info("Trying a partial resynchronization (request {}:{}).", state.id(), next);
                if (replication.failover().isUnderWay()) {
                    step("PSYNC", "PSYNC", state.id(), next, "FAILOVER");
                } else {
                    step("PSYNC", "PSYNC", state.id(), next);
                }
            } else {
                node.log().info("Partial resynchronization not possible (no cached master)");
                step("PSYNC", "PSYNC", "?", "-1");
            }
        }

        private void resync(String line) throws IOException {
            String[] words = line.split(" ");
            switch (words[0].toUpperCase(Locale.ROOT)) {
                case "+FULLRESYNC" -> {
                    if (words.length != 3 || words[1].length() != ReplicationState.NO_ID.length()) {
                        throw new IOException("Master replied with wrong +FULLRESYNC syntax: '" + line + "'");
                    }
                    if (guard.refuses(words[1])) {
                        throw refusal(words[1]);
                    }
                    resyncId = words[1];
                    resyncOffset = Long.parseLong(words[2]);
                    node.log().info("Full resync from master: {}:{}", resyncId, resyncOffset);
                    replication.failover().answered(true);
                }
                case "+CONTINUE" -> {
                    node.log().info("Successful partial resynchronization with master.");
                    String newId = words.length > 1 ? words[1] : null;
                    if (state.continueAs(newId)) {
                        node.log().info("Master replication ID changed to {}", newId);
                        replication.replicas().disconnectAll();
                    }
                    goOnline();
                    replication.pushes().tellNow();
                    replication.failover().answered(true);
                }
                default -> {
                    replication.failover().answered(false);
                    throw new IOException("Master is currently unable to PSYNC or refuses it: '" + line + "'");
                }
            }
        }

        private void startTransfer(String line) throws IOException {
            if (!line.startsWith("$")) {
                throw new IOException(
                        "Bad protocol from MASTER, the first byte is not '$' (we received '" + line + "')");
            }
            transfer = SnapshotReceiver.of(
                    line.substring(1),
                    node.settings().number("databases"),
                    node.keyspace().limits());
            node.log()
                    .info(
                            transfer.totalBytes() < 0
                                    ? "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to parser"
                                    : "MASTER <-> REPLICA sync: receiving {} bytes from master to parser",
                            transfer.totalBytes());
            linkState = State.TRANSFER;
        }

        private IOException refusal(String id) {
            return new IOException("Master " + host + ":" + port + " came back empty under the new id " + id + "; the "
                    + node.keyspace().size() + " keys here are kept. To give them up for what it has, say REPLICAOF "
                    + host
                    + " " + port + " again or CONFIG SET replica-refuse-empty-master no");
        }

        private void loaded() throws IOException {
            if (guard.refuses(resyncId, transfer.keyspace())) {
                throw refusal(resyncId);
            }
            node.log().info("MASTER <-> REPLICA sync: Flushing old data");
            node.log().info("MASTER <-> REPLICA sync: Loading DB in memory");
            node.keyspace().takeOver(transfer.keyspace());
            database = transfer.streamDatabase();
            transfer = null;
            state.startAt(resyncId, resyncOffset);
            hasHistory = true;
            replication.contentReplaced();
            node.log().info("MASTER <-> REPLICA sync: Finished with success");
            goOnline();
            replication.pushes().tellNow();
        }

        private void goOnline() {
            hasHistory = true;
            guard.holdsItsData();
            linkState = State.CONNECTED;
            applier = new StreamApplier(node, replication.replicas(), channel, database);
            acknowledge();
            if (beats) {
                replication.beats().start();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof IOException || cause instanceof RespException) {
                node.log().warn("Connection with master broke: {}", cause.toString());
            } else {
                node.log().error("The link to the master fails unexpectedly", cause);
            }
            ctx.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (input != null) {
                input.release();
                input = null;
            }
            if (ctx.channel() != channel || linkState == State.CLOSED) {
                return;
            }
            boolean wasUp = linkState == State.CONNECTED;
            boolean wasSyncing = linkState == State.TRANSFER;
            database = database();
            dropConnectionState();
            if (wasUp) {
                node.log().info("Connection with master lost.");
                node.log().info("Caching the disconnected master state.");
                downSinceMillis = node.clock().nowMillis();
                linkState = State.CONNECT;
                node.log().info("Reconnecting to MASTER {}:{}", host, port);
                connect();
            } else {
                node.log()
                        .warn(
                                wasSyncing
                                        ? "I/O error trying to sync with MASTER: connection lost; what was here before stays"
                                        : "The master closed the connection in the handshake");
                retryLater();
            }
        }
    }
}
