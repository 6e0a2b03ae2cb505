package dev.fairlead.server.internal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Four servers, random writes, cuts, promotions, restarts and new masters. Data is modelled as the list of all bytes ever
 * applied, so two servers hold the same data exactly if their lists are equal.
 */
class ReplicationHistoriesTest {
    private static final int SERVERS = 4;
    private static final int STEPS = 300;

    private static final class Server {
        final ReplicationState state;
        StringBuilder data = new StringBuilder();
        /** How much of {@link #data} lies before offset 1 of the present history. */
        long before;

        Server master;

        Server(ReplicationState state) {
            this.state = state;
        }

        void apply(byte[] bytes) {
            state.append(bytes, 0, bytes.length);
            data.append(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    private final List<Server> servers = new ArrayList<>();
    private int partials;

    @Property(tries = 300)
    void aPartialResyncIsGrantedExactlyWhenItIsSound(@ForAll long seed) {
        Random random = new Random(seed);
        servers.clear();
        orphans.clear();
        int[] ids = {0};
        for (int i = 0; i < SERVERS; i++) {
            servers.add(
                    new Server(new ReplicationState(() -> String.format("%040x", ++ids[0]), 1 + random.nextInt(60))));
        }
        for (int step = 0; step < STEPS; step++) {
            Server server = servers.get(random.nextInt(SERVERS));
            switch (random.nextInt(10)) {
                case 0 -> cut(server);
                case 1 -> promote(server);
                case 2, 3, 4 -> attach(server, servers.get(random.nextInt(SERVERS)), seed);
                default -> write(server, random);
            }
        }
    }

    /** Only masters take writes; each reaches every attached replica, and theirs. */
    private void write(Server server, Random random) {
        if (server.master != null || isOrphan(server)) {
            return;
        }
        byte[] bytes = new byte[1 + random.nextInt(20)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(26));
        }
        if (server.state.backlogActive()) {
            flow(server, bytes);
        } else {
            server.data.append(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    private final List<Server> orphans = new ArrayList<>();

    /** A replica whose link is cut: it knows no master's writes and takes none. */
    private boolean isOrphan(Server server) {
        return orphans.contains(server);
    }

    private void flow(Server from, byte[] bytes) {
        from.apply(bytes);
        for (Server other : servers) {
            if (other.master == from) {
                flow(other, bytes);
            }
        }
    }

    private void cut(Server server) {
        if (server.master != null) {
            server.master = null;
            orphans.add(server);
        }
    }

    private void promote(Server server) {
        server.master = null;
        orphans.remove(server);
        server.state.promote();
        cutReplicasOf(server);
    }

    private void cutReplicasOf(Server server) {
        for (Server other : servers) {
            if (other.master == server) {
                other.master = null;
                orphans.add(other);
            }
        }
    }

    private void attach(Server replica, Server master, long seed) {
        for (Server above = master; above != null; above = above.master) {
            if (above == replica) {
                return;
            }
        }
        if (!master.state.backlogActive()) {
            master.state.startBacklog();
            master.before = master.data.length();
        }
        String askedId = replica.state.id();
        long asked = replica.state.offset() + 1;
        Optional<byte[]> resumed =
                replica.state.backlogActive() ? master.state.resume(askedId, asked) : Optional.empty();
        long common = master.before + asked - 1;
        boolean samePast = replica.state.backlogActive()
                && common <= master.data.length()
                && replica.data.toString().contentEquals(master.data.substring(0, (int) Math.max(0, common)))
                && replica.before == master.before;
        if (resumed.isPresent()) {
            assertThat(samePast)
                    .as("seed=%d: granted to a replica with another past", seed)
                    .isTrue();
            boolean renamed = replica.state.continueAs(master.state.id());
            if (renamed) {
                cutReplicasOf(replica);
            }
            flow(replica, resumed.get());
            partials++;
        } else {
            boolean known = askedId.equals(master.state.id())
                    || askedId.equals(master.state.secondId()) && asked <= master.state.secondOffset();
            boolean replayable = asked >= master.state.backlogFirstOffset() && asked <= master.state.offset() + 1;
            assertThat(known && replayable && replica.state.backlogActive())
                    .as("seed=%d: refused though it was sound", seed)
                    .isFalse();
            replica.data = new StringBuilder(master.data);
            replica.before = master.before;
            replica.state.startAt(master.state.id(), master.state.offset());
            cutReplicasOf(replica);
        }
        replica.master = master;
        orphans.remove(replica);
        assertThat(replica.data.toString())
                .as("seed=%d: data after a resync", seed)
                .isEqualTo(master.data.toString());
        assertThat(replica.state.offset()).as("seed=%d", seed).isEqualTo(master.state.offset());
    }

    @Property(tries = 1)
    void theRandomHistoriesDoReachPartialResyncs() {
        for (long seed = 1; seed <= 50; seed++) {
            aPartialResyncIsGrantedExactlyWhenItIsSound(seed);
        }
        assertThat(partials).isGreaterThan(200);
    }
}
