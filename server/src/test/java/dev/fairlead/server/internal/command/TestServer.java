package dev.fairlead.server.internal.command;

import dev.fairlead.command.CommandTable;
import dev.fairlead.server.internal.keyspace.Keyspace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command room without a network: settings, role and clock are fields of a test, what is propagated is kept as text. */
final class TestServer implements ServerControl, Propagation, ServerClock {
    final Keyspace keyspace = new Keyspace();
    final List<String> propagated = new ArrayList<>();
    final Map<String, String> settings = new LinkedHashMap<>(Map.of("requirepass", ""));
    final CommandExecutor executor;
    boolean replica;
    boolean loading;
    boolean masterLinkUp = true;
    boolean serveStale = true;
    boolean enoughReplicas = true;
    boolean tooStale;
    /** Wall clock of a test; 0 for the system's. */
    long now = 1_700_000_000_000L;

    private long nextId = 1;
    private long offset;

    TestServer() {
        CommandRegistry registry = new CommandRegistry(CommandTable.standard());
        StandardCommands.registerAll(registry);
        executor = new CommandExecutor(keyspace, registry, this, this, this);
    }

    /** One connected client. */
    final class Client implements ClientConnection {
        final RespBytes replies = new RespBytes();
        final ClientSession session;
        boolean closed;
        int resumed;

        Client() {
            session = new ClientSession(nextId++, this, nowMillis());
            executor.connected(session);
        }

        @Override
        public int unsentReplyBytes() {
            return 0;
        }

        @Override
        public void insertOffset(int replyAt, String historyId, long offset) {
            throw new IllegalStateException("no client of this room asks for offsets");
        }

        /** Runs a command given as words, and returns the bytes of its reply; empty when it blocks. */
        String call(String... words) {
            byte[][] argv = new byte[words.length][];
            for (int i = 0; i < words.length; i++) {
                argv[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
            }
            executor.execute(session, argv);
            return replies.take();
        }

        /** Runs a command given as one line. */
        String line(String line) {
            return call(line.split(" "));
        }

        @Override
        public ReplyWriter writer() {
            return replies;
        }

        @Override
        public void protocol(int version) {
            replies.protocol = version;
        }

        @Override
        public String remoteAddress() {
            return "127.0.0.1:" + (50_000 + session.id());
        }

        @Override
        public String localAddress() {
            return "127.0.0.1:6379";
        }

        @Override
        public int descriptor() {
            return 8;
        }

        @Override
        public void resume() {
            resumed++;
        }

        @Override
        public void closeAfterReplies() {
            closed = true;
        }

        @Override
        public void close() {
            closed = true;
            executor.disconnected(session);
        }

        @Override
        public long queryBufferBytes() {
            return 0;
        }

        @Override
        public long outputBufferBytes() {
            return 0;
        }
    }

    Client client() {
        return new Client();
    }

    /** What was propagated since the last call: {@code db|words}. */
    List<String> takePropagated() {
        List<String> taken = List.copyOf(propagated);
        propagated.clear();
        return taken;
    }

    @Override
    public void propagate(int database, byte[][] argv) {
        StringBuilder text = new StringBuilder();
        for (byte[] arg : argv) {
            text.append(text.length() == 0 ? "" : " ").append(new String(arg, StandardCharsets.ISO_8859_1));
        }
        propagated.add((database == NO_DATABASE ? "" : database + "|") + text);
        offset += text.length();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long nowMillis() {
        return now == 0 ? System.currentTimeMillis() : now;
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public boolean stopsWritesForFailedSave() {
        return false;
    }

    @Override
    public boolean isTooStale() {
        return tooStale;
    }

    @Override
    public boolean hasApplied(String historyId, long at) {
        return at <= offset;
    }

    @Override
    public void wantsOffsets(ClientSession session) {}

    @Override
    public String historyId() {
        return null;
    }

    @Override
    public boolean isReplica() {
        return replica;
    }

    @Override
    public boolean isReplicaReadOnly() {
        return true;
    }

    @Override
    public boolean isMasterLinkUp() {
        return masterLinkUp;
    }

    @Override
    public boolean servesStaleData() {
        return serveStale;
    }

    @Override
    public boolean isLoading() {
        return loading;
    }

    @Override
    public boolean hasEnoughReplicas() {
        return enoughReplicas;
    }

    @Override
    public ConfigStore config() {
        return new ConfigStore() {
            @Override
            public Map<String, String> all() {
                return settings;
            }

            @Override
            public String get(String name) {
                return settings.get(name);
            }

            @Override
            public void set(Map<String, String> values) {
                settings.putAll(values);
            }

            @Override
            public void rewrite() {
                throw new CommandException("ERR The server is running without a config file");
            }
        };
    }
}
