package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.History;
import dev.fairlead.topology.ReplicationInfo;
import dev.fairlead.topology.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The Sentinels' simulated cluster with servers that replicate: streams, ids, offsets, forks, partial and full resyncs, a file to restart
 * from. What a server holds is a prefix of one history, and a read shows which. Confined to one thread.
 */
final class ReplicatingCluster extends SimulatedCluster {
    /** A replica that hears nothing of its master for so long takes the link for broken. */
    private static final long SILENCE_MILLIS = 400;

    private static final long CRON_MILLIS = 40;
    /** What a master can replay: bytes. */
    private static final long BACKLOG = 3_000;
    /** A hand-over that takes longer is given up. */
    private static final long HAND_OVER_MILLIS = 1_000;

    static final String READONLY = "-READONLY You can't write against a read only replica.\r\n";
    static final String LOADING = "-LOADING Redis is loading the dataset in memory\r\n";

    /** All bytes of a history up to an offset. */
    record Prefix(History history, long offset) {
        boolean includes(Prefix other) {
            return offset >= other.offset && history.commonWith(other.history) >= other.offset;
        }
    }

    /** One request at a server: what it says, and where its reply goes. */
    interface Request {
        String word(int index);

        void reply(String bytes);

        /** It waits while the master hands over, and what follows it on its connection waits with it. */
        void park(Store at);
    }

    /** Every history there was, and where each write that was applied ended up, by its value. */
    final List<History> histories = new ArrayList<>();

    final Map<String, Prefix> applied = new HashMap<>();
    private final Random ids;

    /** Hears what Sentinels publish. */
    interface Ears {
        void hear(Guard guard, String event, String payload);
    }

    Ears ears = (guard, event, payload) -> {};

    ReplicatingCluster(long seed, int nodes, int sentinels) {
        super(seed, nodes, sentinels);
        ids = new Random(seed);
        History first = begin(null, 0);
        for (Server each : servers.values()) {
            Store store = (Store) each;
            store.history = first;
            store.feed = store.master == null ? null : store(store.master);
            store.cron();
        }
    }

    private History begin(History parent, long fork) {
        History history = new History(ids, parent, fork);
        histories.add(history);
        return history;
    }

    Store store(Endpoint endpoint) {
        return (Store) servers.get(endpoint);
    }

    /** The history that a read's reply names. */
    Prefix shown(String reply) {
        int colon = reply.indexOf(':');
        return new Prefix(
                histories.get(Integer.parseInt(reply.substring(0, colon))), Long.parseLong(reply.substring(colon + 1)));
    }

    @Override
    void told(Guard guard, String name, String payload) {
        if (ears != null) { // While the cluster is made, Sentinels speak already.
            ears.hear(guard, name, payload);
        }
    }

    @Override
    Server server(Endpoint endpoint, Endpoint master) {
        return new Store(endpoint, master);
    }

    /** Heard by drivers: their connections end. */
    interface Peer {
        void reset();
    }

    /** A server that replicates. */
    final class Store extends Server {
        History history;
        long applied;
        /** What came over the stream; applied a little later. */
        long received;

        /** The master whose stream it gets; null while its link is down. */
        Store feed;

        private int feeds;
        private long arrival;
        private long heard;
        private boolean asking;
        /** A full sync is under way; {@code empty} from the moment its old data is dropped. */
        boolean syncing;

        boolean empty;
        private int syncs;
        /** When its data was last replaced, by a sync or a restart. */
        long replacedMillis;

        /** So long its stream takes in addition. */
        long lag;
        /** The first byte that it can replay, less one. */
        private long backlogFrom;

        private String failoverState = "no-failover";
        private final List<Request> parked = new ArrayList<>();
        final List<Peer> peers = new ArrayList<>();

        Store(Endpoint endpoint, Endpoint master) {
            super(endpoint, master);
        }

        @Override
        boolean linkUp() {
            return feed != null;
        }

        @Override
        String info() {
            offset = applied;
            return super.info();
        }

        ReplicationInfo report() {
            boolean hasParent = history.parent != null;
            return new ReplicationInfo(
                    master == null ? Role.MASTER : Role.REPLICA,
                    history.id,
                    hasParent ? history.parent.id : null,
                    hasParent ? history.fork + 1 : -1,
                    master == null ? applied : received,
                    master == null ? -1 : applied,
                    master,
                    master == null || feed != null,
                    syncing,
                    false,
                    false,
                    true,
                    true,
                    failoverState,
                    List.of(),
                    runId);
        }

        @Override
        public String toString() {
            return "\n  " + endpoint + " " + (master == null ? "master" : "replica of " + master) + " at " + applied
                    + " of "
                    + history + " from " + history.fork + (alive ? "" : ", dead") + (frozen ? ", frozen" : "")
                    + (part == 0 ? "" : ", parted") + (feed == null ? ", no feed" : "") + (syncing ? ", syncing" : "")
                    + (empty ? ", empty" : "") + ", replaced at " + replacedMillis + ", lag " + lag;
        }

        // Commands

        void handle(Request request) {
            if (empty) {
                request.reply(LOADING);
            } else if (request.word(0).equals("GET")) {
                request.reply(bulk(histories.indexOf(history) + ":" + applied));
            } else if (master != null) {
                request.reply(READONLY);
            } else if (!failoverState.equals("no-failover")) {
                parked.add(request);
                request.park(this);
            } else {
                write(30 + ids.nextInt(40));
                ReplicatingCluster.this.applied.put(request.word(2), new Prefix(history, applied));
                request.reply("+OK\r\n");
            }
        }

        private static String bulk(String text) {
            return "$" + text.getBytes(StandardCharsets.US_ASCII).length + "\r\n" + text + "\r\n";
        }

        private void write(int bytes) {
            history.end = applied + bytes;
            applied = history.end;
            received = applied;
            replicas(replica -> replica.feed == this, replica -> feed(replica));
        }

        private void unpark() {
            failoverState = "no-failover";
            List<Request> waiting = List.copyOf(parked);
            parked.clear();
            waiting.forEach(this::handle);
        }

        private void replicas(Predicate<Store> which, Consumer<Store> action) {
            for (Server each : servers.values()) {
                Store store = (Store) each;
                if (store != this && which.test(store)) {
                    action.accept(store);
                }
            }
        }

        // The stream

        /** Sends what there is; nothing more than a sign of life when that is nothing. */
        private void feed(Store replica) {
            long upTo = applied;
            int number = replica.feeds;
            replica.arrival = Math.max(replica.arrival, net.now + net.latency() + replica.lag);
            net.after(replica.arrival - net.now, () -> {
                if (canTalk(this, replica)) {
                    replica.deliver(() -> replica.take(number, upTo));
                } else if (replica.feeds == number) {
                    replica.stop(); // What is lost in a stream ends it, now or when its silence is noticed.
                }
            });
        }

        private void take(int number, long upTo) {
            if (number != feeds || feed == null) {
                return;
            }
            heard = net.now;
            received = Math.max(received, upTo);
            net.after(
                    ids.nextInt(6) == 0 ? ids.nextInt(20) : 0,
                    () -> deliver(() -> {
                        if (number == feeds && feed != null) {
                            applied = Math.max(applied, upTo);
                        }
                    }));
        }

        private void stop() {
            feed = null;
            feeds++;
            received = applied;
        }

        void cron() {
            net.after(CRON_MILLIS + ids.nextInt(10), this::cron);
            if (!alive || frozen) {
                return;
            }
            if (master == null) {
                replicas(replica -> replica.feed == this, this::feed);
            } else if (feed != null && net.now - heard > SILENCE_MILLIS) {
                stop();
            } else if (feed == null && !syncing && !asking) {
                ask(store(master));
            }
        }

        private void ask(Store from) {
            asking = true;
            Endpoint wanted = master;
            long there = net.latency();
            net.after(there, () -> {
                boolean answers = from != this && from.alive && !from.frozen && canTalk(this, from);
                boolean serves = answers && from.master == null && !from.empty;
                History theirs = from.history;
                boolean partial = serves && from.canGoOn(this);
                long offset = from.applied;
                net.after(
                        there,
                        () -> deliver(() -> {
                            asking = false;
                            if (!serves || !wanted.equals(master) || syncing || from.history != theirs) {
                                return;
                            }
                            if (partial && from.canGoOn(this)) {
                                goOn(from);
                            } else {
                                sync(from, theirs, offset);
                            }
                        }));
                if (!alive || frozen) {
                    asking = false;
                }
            });
        }

        /** PSYNC's decision: its id is ours, or our parent's up to the fork, and the backlog reaches back to it. */
        private boolean canGoOn(Store replica) {
            boolean same = replica.history == history && replica.applied <= applied;
            boolean parent = history.parent == replica.history && replica.applied <= history.fork;
            return (same || parent) && replica.applied >= Math.max(backlogFrom, applied - BACKLOG);
        }

        private void goOn(Store from) {
            history = from.history;
            received = applied;
            feed = from;
            feeds++;
            arrival = net.now;
            heard = net.now;
            from.feed(this);
        }

        private void sync(Store from, History theirs, long snapshot) {
            syncing = true;
            int mine = ++syncs;
            net.after(5 + ids.nextInt(60), () -> whileSyncing(mine, () -> empty = true));
            net.after(
                    70 + ids.nextInt(100),
                    () -> whileSyncing(mine, () -> {
                        syncing = false;
                        empty = false;
                        replacedMillis = net.now;
                        history = theirs;
                        applied = snapshot;
                        received = snapshot;
                        backlogFrom = snapshot;
                        if (from.alive && from.history == theirs && from.endpoint.equals(master)) {
                            goOn(from);
                        }
                    }));
        }

        private void whileSyncing(int number, Runnable action) {
            deliver(() -> {
                if (syncing && number == syncs) {
                    action.run();
                }
            });
        }

        // What becomes of it

        @Override
        void reconfigure(Endpoint to, Connection by) {
            boolean wasMaster = master == null;
            boolean unchanged = to == null ? wasMaster : to.equals(master);
            super.reconfigure(to, by);
            if (!unchanged) {
                become(wasMaster);
                List.copyOf(peers).forEach(Peer::reset); // CLIENT KILL TYPE normal
            }
        }

        /** Its role or its master has changed. */
        private void become(boolean wasMaster) {
            stop();
            if (master == null && !wasMaster) {
                boolean lost = empty;
                syncing = false;
                empty = false;
                history = lost ? begin(null, 0) : begin(history, applied);
                applied = history.fork;
                received = applied;
            } else if (master != null) {
                replicas(replica -> replica.feed == this, Store::stop);
                unpark();
            }
        }

        @Override
        String handOver(Endpoint to) {
            Store replica = store(to);
            if (master != null || replica == null || replica.feed != this) {
                return "ERR FAILOVER target HOST and PORT is not a replica.";
            }
            if (!failoverState.equals("no-failover")) {
                return "ERR FAILOVER already in progress.";
            }
            failoverState = "waiting-for-sync";
            handOver(replica, net.now + HAND_OVER_MILLIS);
            return null;
        }

        private void handOver(Store replica, long deadline) {
            net.after(2, () -> {
                if (!alive || frozen || master != null || net.now > deadline || replica.feed != this) {
                    if (!frozen) {
                        unpark();
                    } else {
                        handOver(replica, deadline);
                    }
                } else if (replica.applied == applied && !replica.frozen && canTalk(this, replica)) {
                    master = replica.endpoint;
                    replica.master = null;
                    promotions++;
                    replica.become(false);
                    become(true);
                } else {
                    handOver(replica, deadline);
                }
            });
        }

        @Override
        void crash() {
            super.crash();
            replicas(replica -> replica.feed == this, Store::stop);
            stop();
            parked.clear();
            failoverState = "no-failover";
            syncing = false;
            asking = false;
            List.copyOf(peers).forEach(Peer::reset);
        }

        /** From a file that is a little older than what it had; from none, where a full sync was cut short, and now and then otherwise. */
        @Override
        void restart() {
            boolean lost = empty || ids.nextInt(6) == 0;
            super.restart();
            empty = false;
            replacedMillis = net.now;
            applied = lost ? 0 : Math.max(history.fork, applied - ids.nextInt(300));
            if (lost) {
                history = begin(null, 0);
            } else if (master == null) {
                history = begin(history, applied);
            }
            received = applied;
            backlogFrom = applied;
        }
    }
}
