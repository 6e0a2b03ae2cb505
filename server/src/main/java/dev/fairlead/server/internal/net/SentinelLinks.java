package dev.fairlead.server.internal.net;

import dev.fairlead.resp.Reply;
import dev.fairlead.server.internal.sentinel.HelloMessage;
import dev.fairlead.server.internal.sentinel.InfoReport;
import dev.fairlead.server.internal.sentinel.LinkKind;
import dev.fairlead.server.internal.sentinel.PeerLink;
import dev.fairlead.server.internal.sentinel.SentinelOutput;
import dev.fairlead.server.internal.sentinel.SentinelRequest;
import dev.fairlead.server.internal.sentinel.SentinelState;
import dev.fairlead.topology.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the state machine wants and brings it the answers. Confined to the Sentinel's event loop. */
final class SentinelLinks implements SentinelOutput {
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final Logger log = LoggerFactory.getLogger(SentinelServer.class);

    private final EventLoop loop;
    private final Faults faults;
    private final Encryption encryption;
    private final Runnable persist;
    private final BiConsumer<String, String> publish;
    private final Map<PeerLink, Map<LinkKind, SentinelConnection>> connections = new HashMap<>();
    private final Consumer<List<String>> scripts;
    private final Runnable crash;
    private SentinelState state;
    private Consumer<String> localHost;
    private boolean dead;

    /**
     * @param persist writes the state down
     * @param publish tells an event, name and payload, to those who subscribed to it
     * @param scripts runs a program with its arguments
     * @param crash ends this Sentinel at once
     */
    SentinelLinks(
            EventLoop loop,
            Faults faults,
            Encryption encryption,
            Runnable persist,
            BiConsumer<String, String> publish,
            Consumer<List<String>> scripts,
            Runnable crash) {
        this.loop = loop;
        this.faults = faults;
        this.encryption = encryption;
        this.persist = persist;
        this.publish = publish;
        this.scripts = scripts;
        this.crash = crash;
    }

    /** @param host takes the address that connections to the nodes have on this side */
    void state(SentinelState machine, Consumer<String> host) {
        state = machine;
        localHost = host;
    }

    /** The time that the machine knows: monotonic. */
    static long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public void connect(PeerLink link, LinkKind kind) {
        if (dead) {
            return;
        }
        SentinelConnection connection = new SentinelConnection(new Wire(link, kind));
        connections.computeIfAbsent(link, any -> new EnumMap<>(LinkKind.class)).put(kind, connection);
        ChannelFuture attempt = new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .resolver(HostNames.INSTANCE)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(faults.gate());
                        encryption.connect(channel.pipeline());
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(link.endpoint().host(), link.endpoint().port());
        attempt.addListener(done -> {
            if (!done.isSuccess()) {
                log.debug("{} ({}): {}", link.endpoint(), kind, done.cause().toString());
                loop.execute(() -> broken(link, kind, connection)); // never before connect() has returned
            }
        });
    }

    private void broken(PeerLink link, LinkKind kind, SentinelConnection connection) {
        Map<LinkKind, SentinelConnection> both = connections.get(link);
        if (both != null && both.remove(kind, connection)) {
            state.linkDown(link, kind, nowMillis());
        }
    }

    @Override
    public void disconnect(PeerLink link, LinkKind kind) {
        Map<LinkKind, SentinelConnection> both = connections.get(link);
        SentinelConnection connection = both == null ? null : both.remove(kind);
        if (connection != null) {
            connection.close();
        }
        if (both != null && both.isEmpty()) {
            connections.remove(link);
        }
    }

    /** The events of one connection, handed to the machine. */
    private final class Wire implements SentinelConnection.Listener {
        private final PeerLink link;
        private final LinkKind kind;

        Wire(PeerLink link, LinkKind kind) {
            this.link = link;
            this.kind = kind;
        }

        @Override
        public void up(SentinelConnection connection) {
            if (link.credentials().password() != null) {
                String user = link.credentials().user();
                String password = link.credentials().password();
                String name = link.commandName("AUTH");
                String[] auth = user == null ? words(name, password) : words(name, user, password);
                connection.send(this::noteRefusal, auth);
            }
            String name = "sentinel-" + state.myId().substring(0, 8) + (kind == LinkKind.HELLO ? "-pubsub" : "-cmd");
            connection.send(null, link.commandName("CLIENT"), "SETNAME", name);
            if (kind == LinkKind.HELLO) {
                connection.send(null, link.commandName("SUBSCRIBE"), HelloMessage.CHANNEL);
            } else if (!state.isAnnounced()) {
                localHost.accept(connection.localHost());
            }
            state.linkUp(link, kind, nowMillis());
        }

        private void noteRefusal(Reply reply) {
            if (reply.isError()) {
                log.warn("{} refuses the password of this Sentinel: {}", link.endpoint(), reply);
            }
        }

        @Override
        public void broken(SentinelConnection connection) {
            SentinelLinks.this.broken(link, kind, connection);
        }

        @Override
        public void unasked(Reply message) {
            if (message instanceof Reply.Sequence sequence
                    && sequence.elements().size() == 3) {
                List<Reply> parts = sequence.elements();
                if ("message".equals(parts.get(0).asString())) {
                    state.hello(link, parts.get(2).asString(), nowMillis());
                }
            }
        }
    }

    private static String[] words(String... words) {
        return words;
    }

    @Override
    public void send(PeerLink link, SentinelRequest request) {
        Map<LinkKind, SentinelConnection> both = connections.get(link);
        SentinelConnection connection = both == null ? null : both.get(LinkKind.COMMANDS);
        if (connection == null || dead) {
            return;
        }
        if (request instanceof SentinelRequest.Ping) {
            connection.send(reply -> state.pingReplied(link, text(reply), nowMillis()), link.commandName("PING"));
        } else if (request instanceof SentinelRequest.Info) {
            connection.send(reply -> info(link, reply), link.commandName("INFO"));
        } else if (request instanceof SentinelRequest.Hello hello) {
            connection.send(null, link.commandName("PUBLISH"), HelloMessage.CHANNEL, hello.payload());
        } else if (request instanceof SentinelRequest.AskDown ask) {
            connection.send(
                    reply -> opinion(link, ask, reply),
                    "SENTINEL",
                    "is-master-down-by-addr",
                    ask.master().host(),
                    Integer.toString(ask.master().port()),
                    Long.toString(ask.epoch()),
                    ask.candidate());
        } else if (request instanceof SentinelRequest.Reconfigure reconfigure) {
            reconfigure(link, connection, reconfigure.master());
        } else if (request instanceof SentinelRequest.HandOver order) {
            connection.send(
                    reply -> handedOver(link, reply),
                    link.commandName("FAILOVER"),
                    "TO",
                    order.replica().host(),
                    Integer.toString(order.replica().port()),
                    "TIMEOUT",
                    Long.toString(order.timeoutMillis()));
        } else if (request instanceof SentinelRequest.AbortHandOver) {
            connection.send(null, link.commandName("FAILOVER"), "ABORT");
        } else if (request instanceof SentinelRequest.ScriptKill) {
            connection.send(null, link.commandName("SCRIPT"), "KILL");
        } else if (request instanceof SentinelRequest.Rewrite) {
            connection.send(null, link.commandName("CONFIG"), "REWRITE");
        }
    }

    private void handedOver(PeerLink link, Reply reply) {
        if (reply.isError()) {
            state.handOverRefused(link, text(reply), nowMillis());
        }
    }

    private void info(PeerLink link, Reply reply) {
        if (reply.isError()) {
            log.debug("{} refuses INFO: {}", link.endpoint(), reply);
            state.infoRefused(link, nowMillis());
        } else {
            state.infoReplied(link, InfoReport.parse(reply.asString()), nowMillis());
        }
    }

    private void opinion(PeerLink link, SentinelRequest.AskDown ask, Reply reply) {
        if (reply instanceof Reply.Sequence answer && answer.elements().size() == 3) {
            List<Reply> parts = answer.elements();
            state.downReplied(
                    link,
                    ask.masterName(),
                    parts.get(0).asLong() == 1,
                    parts.get(1).asString(),
                    parts.get(2).asLong(),
                    nowMillis());
        }
    }

    /** All or nothing, and the clients are dropped last: they come back to a node that has its new role. */
    private void reconfigure(PeerLink link, SentinelConnection connection, Endpoint master) {
        connection.send(null, link.commandName("MULTI"));
        connection.send(
                null,
                link.commandName("SLAVEOF"),
                master == null ? "NO" : master.host(),
                master == null ? "ONE" : Integer.toString(master.port()));
        connection.send(null, link.commandName("CONFIG"), "REWRITE");
        connection.send(null, link.commandName("CLIENT"), "KILL", "TYPE", "normal");
        connection.send(null, link.commandName("CLIENT"), "KILL", "TYPE", "pubsub");
        connection.send(
                reply -> {
                    if (reply.isError()) {
                        log.warn("{} was not reconfigured: {}", link.endpoint(), reply);
                    }
                    state.reconfigured(link, nowMillis());
                },
                link.commandName("EXEC"));
    }

    private static String text(Reply reply) {
        return reply instanceof Reply.ServerError error ? error.text() : String.valueOf(reply.asString());
    }

    @Override
    public void event(String name, String payload) {
        if (name.startsWith("+sdown") || name.startsWith("+odown") || name.startsWith("-failover-abort")) {
            log.warn("{} {}", name, payload);
        } else {
            log.info("{} {}", name, payload);
        }
        publish.accept(name, payload);
    }

    @Override
    public void note(String text) {
        log.warn(text);
    }

    @Override
    public void script(List<String> command) {
        scripts.accept(command);
    }

    @Override
    public void die() {
        dead = true; // From this step on, nothing leaves any more.
        crash.run();
    }

    @Override
    public void persist() {
        if (!dead) {
            persist.run();
        }
    }
}
