package dev.fairlead.server.internal.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.topology.Endpoint;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a node counts as down, with every tick and every answer given by hand. */
class DownDetectionTest {
    private static final long DOWN_AFTER = 200;

    private final RecordedOutput output = new RecordedOutput();
    private final List<String> events = output.events;
    private PeerLink master;
    private long now = 1_000_000;

    private final SentinelState sentinel =
            new SentinelState("f".repeat(40), SentinelTimings.STANDARD, new SplittableRandom(1), output);

    @BeforeEach
    void connectToTheMaster() {
        sentinel.monitor(
                MasterSettings.of("mymaster", 1).withDownAfter(DOWN_AFTER), new Endpoint("10.0.0.1", 6379), now);
        tick(1);
        master = output.connecting.get(0);
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
        int before = output.connecting.size();
        for (int promotion = 0; promotion < 20; promotion++) {
            sentinel.linkDown(master, LinkKind.COMMANDS, now);
            assertThat(output.connecting).as("no tick is waited for").hasSize(++before);
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
        answerPingsFor(1_000, "NOAUTH Authentication required.");
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

    @Test
    void aMasterThatWasStartedAgainAndOnlyLoadsIsDownAfterItsPeriod() {
        sentinel.change(settings().with("master-reboot-down-after-period", "3000"), List.of(), now);
        sentinel.infoReplied(master, InfoReport.parse("run_id:one\r\nrole:master"), now);
        sentinel.infoReplied(master, InfoReport.parse("run_id:two\r\nrole:master"), now);
        answerFor(2_900, "LOADING the dataset");
        assertThat(events).contains("+reboot").doesNotContain("+sdown");
        answerFor(300, "LOADING the dataset");
        assertThat(events).contains("+sdown");
        answerFor(100, "PONG");
        assertThat(events).contains("-sdown");
    }

    @Test
    void withoutSuchAPeriodLoadingIsAnswerEnough() {
        sentinel.infoReplied(master, InfoReport.parse("run_id:one\r\nrole:master"), now);
        sentinel.infoReplied(master, InfoReport.parse("run_id:two\r\nrole:master"), now);
        answerFor(30_000, "LOADING the dataset");
        assertThat(events).contains("+reboot").doesNotContain("+sdown");
    }

    private void answerFor(long millis, String answer) {
        for (long end = now + millis; now < end; ) {
            tick(1);
            sentinel.pingReplied(master, answer, now);
        }
    }

    private void answerPingsFor(long millis, String answer) {
        for (long end = now + millis; now < end; ) {
            tick(1);
            if (output.sent.removeIf(SentinelRequest.Ping.class::isInstance)) {
                sentinel.pingReplied(master, answer, now);
            }
        }
    }

    private MasterSettings settings() {
        return sentinel.settings("mymaster").orElseThrow();
    }

    @Test
    void theLogSaysThatTooFewSentinelsAreLeftToHelp() {
        sentinel.change(settings().with("quorum", "2"), List.of(), now);
        tick(100);
        assertThat(events).contains("+sdown").doesNotContain("+odown");
        assertThat(output.notes)
                .containsExactly("Master mymaster is down and cannot be failed over: of 1 usable Sentinels, the quorum"
                        + " needs 2 and the majority 1");
    }

    @Test
    void aNotificationScriptHearsOfTheEventsThatMatterWithTheirPayload() {
        sentinel.change(settings().with("notification-script", "/bin/tell"), List.of(), now);
        tick(40);
        assertThat(output.scripts)
                .contains(List.of("/bin/tell", "+sdown", "master mymaster 10.0.0.1 6379"))
                .contains(List.of("/bin/tell", "+new-epoch", "1"))
                .allMatch(command -> events.contains(command.get(1)));
    }

    @Test
    void aScriptThatNeverEndsIsKilledOnceTheNodeCountsAsDown() {
        answerPingsFor(200, "BUSY Redis is busy running a script.");
        assertThat(output.sent).noneMatch(SentinelRequest.ScriptKill.class::isInstance);
        answerPingsFor(1_000, "BUSY Redis is busy running a script.");
        assertThat(events).contains("+sdown");
        assertThat(output.sent)
                .filteredOn(SentinelRequest.ScriptKill.class::isInstance)
                .hasSize(1);
    }
}
