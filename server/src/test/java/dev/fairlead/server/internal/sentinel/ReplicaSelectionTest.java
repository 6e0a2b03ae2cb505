package dev.fairlead.server.internal.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.internal.sentinel.Peer.Flag;
import dev.fairlead.topology.Endpoint;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which replica a failover promotes. */
class ReplicaSelectionTest {
    private static final long NOW = 1_000_000;
    private static final long DOWN_AFTER = 200;

    private final Endpoint address = new Endpoint("10.0.0.1", 6379);
    private final Master master =
            new Master(MasterSettings.of("mymaster", 1).withDownAfter(DOWN_AFTER), address, link(address), NOW);

    private static PeerLink link(Endpoint to) {
        PeerLink link = new PeerLink(to, Credentials.NONE, UnaryOperator.identity(), true, NOW);
        link.up(LinkKind.COMMANDS, NOW);
        return link;
    }

    private Replica replica(int number, String runId, int priority, long offset) {
        Endpoint endpoint = new Endpoint("10.0.0." + number, 6379);
        Replica replica = new Replica(endpoint, master, link(endpoint), NOW);
        master.replicas.put(endpoint, replica);
        replica.runId = runId;
        tells(replica, "slave_priority:" + priority + "\nslave_repl_offset:" + offset + "\nmaster_link_status:up");
        return replica;
    }

    private static void tells(Replica replica, String info) {
        replica.info = InfoReport.parse(info);
        replica.infoAt = NOW;
    }

    private Optional<Replica> selected() {
        return ReplicaSelection.select(master, SentinelTimings.STANDARD, NOW);
    }

    @Test
    void thePriorityComesFirstThenTheOffsetThenTheRunId() {
        Replica last = replica(2, "a", 100, 900);
        assertThat(selected()).contains(last);
        Replica third = replica(3, "c", 50, 500);
        assertThat(selected()).as("a smaller priority").contains(third);
        Replica second = replica(4, "d", 50, 600);
        assertThat(selected()).as("a greater offset").contains(second);
        Replica first = replica(5, "B", 50, 600);
        assertThat(selected()).as("a smaller run id").contains(first);
        replica(6, null, 50, 600);
        assertThat(selected())
                .as("one without a run id is the last of its like")
                .contains(first);
        replica(7, "0", 0, 9_999);
        assertThat(selected()).as("priority 0 is never promoted").contains(first);
    }

    @Test
    void whoIsDownUnreachableOrSilentIsNotPromoted() {
        Replica replica = replica(2, "a", 100, 1);
        replica.flags.add(Flag.S_DOWN);
        assertThat(selected()).as("down").isEmpty();
        replica.flags.clear();
        replica.link.lastValidReplyAt = NOW - 5_001;
        assertThat(selected()).as("silent").isEmpty();
        replica.link.lastValidReplyAt = NOW - 5_000;
        assertThat(selected()).contains(replica);
        replica.infoAt = NOW - 30_001;
        assertThat(selected()).as("its INFO is old").isEmpty();
        replica.infoAt = NOW - 30_000;
        assertThat(selected()).contains(replica);
        master.flags.add(Flag.S_DOWN);
        assertThat(selected())
                .as("while the master is down INFO comes every second")
                .isEmpty();
        replica.infoAt = NOW - 5_000;
        assertThat(selected()).contains(replica);
        replica.link = new PeerLink(replica.endpoint, Credentials.NONE, UnaryOperator.identity(), true, NOW);
        assertThat(selected()).as("disconnected").isEmpty();
    }

    @Test
    void whoLostTheMasterLongBeforeItWasDownIsNotPromoted() {
        Replica replica = replica(2, "a", 100, 1);
        String cut = "slave_priority:100\nmaster_link_status:down\nmaster_link_down_since_seconds:";
        tells(replica, cut + 2); // ten times down-after
        assertThat(selected()).contains(replica);
        tells(replica, cut + 3);
        assertThat(selected()).isEmpty();
        master.flags.add(Flag.S_DOWN);
        master.sDownSince = NOW - 1_000;
        assertThat(selected()).as("of which the master was down one").contains(replica);
        tells(replica, cut + -1);
        assertThat(selected()).as("it never had a master").isEmpty();
    }
}
