package dev.fairlead.server.internal.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a node counts as down, with every tick and every answer given by hand. */
class DownDetectionTest {
    private static final long DOWN_AFTER = 200;

    private final List<String> events = new ArrayList<>();
    private PeerLink master;
    private int connects;
    private boolean pinged;
    private long now = 1_000_000;

    private final SentinelOutput output = new SentinelOutput() {
        @Override
        public void connect(PeerLink link, LinkKind kind) {
            master = link;
            connects += kind == LinkKind.COMMANDS ? 1 : 0;
        }

        @Override
        public void disconnect(PeerLink link, LinkKind kind) {}

        @Override
        public void send(PeerLink link, SentinelRequest request) {
            pinged |= request instanceof SentinelRequest.Ping;
        }

        @Override
        public void event(String name, String payload) {
            events.add(name);
        }

        @Override
        public void persist() {}
    };

    private final SentinelState sentinel =
            new SentinelState("f".repeat(40), SentinelTimings.STANDARD, new SplittableRandom(1), output);

    @BeforeEach
    void connectToTheMaster() {
        sentinel.monitor(
                MasterSettings.of("mymaster", 1).withDownAfter(DOWN_AFTER), new Endpoint("10.0.0.1", 6379), now);
        tick(1);
        sentinel.linkUp(master, LinkKind.COMMANDS, now);
        sentinel.pingReplied(master, "PONG", now);
    }

    private void tick(int times) {
        for (int i = 0; i < times; i++) {
            now += SentinelState.TICK_MILLIS;
            sentinel.tick(now);
        }
    }

    @Test
    void aMasterThatDropsItsClientsIsConnectedToAtOnceAndIsNotDown() {
        int before = connects;
        for (int promotion = 0; promotion < 20; promotion++) {
            sentinel.linkDown(master, LinkKind.COMMANDS, now);
            assertThat(connects).as("no tick is waited for").isEqualTo(++before);
            tick(6); // 150 ms until the connection stands
            sentinel.linkUp(master, LinkKind.COMMANDS, now);
            sentinel.pingReplied(master, "PONG", now);
        }
        assertThat(events).doesNotContain("+sdown");
    }

    @Test
    void aMasterThatTakesConnectionsAndAnswersNothingIsDown() {
        for (int i = 0; i < 10; i++) {
            sentinel.linkDown(master, LinkKind.COMMANDS, now);
            tick(2);
            sentinel.linkUp(master, LinkKind.COMMANDS, now);
            tick(2);
        }
        assertThat(events).contains("+sdown");
    }

    @Test
    void silenceOfDownAfterIsDownAndAnAnswerEndsIt() {
        tick(8); // 200 ms since the last answer, the PING for it not yet so long ago
        assertThat(events).doesNotContain("+sdown");
        tick(10);
        assertThat(events).contains("+sdown", "+odown").doesNotContain("-sdown");
        sentinel.pingReplied(master, "LOADING the dataset", now);
        tick(1);
        assertThat(events).contains("-sdown", "-odown");
    }

    @Test
    void anErrorIsNoSignOfLife() {
        for (int i = 0; i < 40; i++) {
            tick(1);
            if (pinged) {
                sentinel.pingReplied(master, "NOAUTH Authentication required.", now);
                pinged = false;
            }
        }
        assertThat(events).contains("+sdown");
    }

    @Test
    void aPauseOfTheSentinelItselfIsNoSilenceOfOthers() {
        tick(4);
        now += 1_500;
        tick(1);
        assertThat(events).doesNotContain("+sdown", "+tilt");
    }

    @Test
    void aLongPauseMakesItWatchOnly() {
        now += 2_500;
        tick(1);
        assertThat(events).contains("+tilt");
        tick(100);
        assertThat(events).as("nobody is judged meanwhile").doesNotContain("+sdown");
        tick(30_000 / SentinelState.TICK_MILLIS);
        assertThat(events).contains("-tilt", "+sdown");
    }
}
