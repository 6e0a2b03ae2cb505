package dev.fairlead.driver.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Observation;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentinelEventsTest {
    private static final Endpoint SENTINEL = new Endpoint("10.0.0.9", 26379);
    private static final Endpoint OLD = new Endpoint("10.0.0.1", 6379);
    private static final Endpoint NEW = new Endpoint("10.0.0.2", 6380);

    private static Observation read(String channel, String payload) {
        return SentinelEvents.read("mymaster", SENTINEL, channel, payload, 7, UnaryOperator.identity());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+selected-slave", "+failover-state-send-slaveof-noone"})
    void aSelectedReplicaIsReadWithItsMaster(String channel) {
        assertThat(read(channel, "slave 10.0.0.2:6380 10.0.0.2 6380 @ mymaster 10.0.0.1 6379"))
                .isEqualTo(new Observation.FailoverSelected(SENTINEL, OLD, NEW, 7));
    }

    @Test
    void anAbortedFailoverIsRead() {
        assertThat(read("-failover-abort-not-elected", "master mymaster 10.0.0.1 6379"))
                .isEqualTo(new Observation.FailoverAborted(SENTINEL, OLD, 7));
    }

    @Test
    void theAnnouncementIsRead() {
        assertThat(read("+switch-master", "mymaster 10.0.0.1 6379 10.0.0.2 6380"))
                .isEqualTo(new Observation.MasterSwitched(SENTINEL, OLD, NEW, 7));
    }

    @Test
    void ipv6AddressesAreRead() {
        assertThat(read("+switch-master", "mymaster ::1 6379 ::2 6380"))
                .isEqualTo(new Observation.MasterSwitched(
                        SENTINEL, new Endpoint("::1", 6379), new Endpoint("::2", 6380), 7));
    }

    @Test
    void eventsOfOtherMastersAreNoneOfOurs() {
        String selected = "slave 10.0.0.2:6380 10.0.0.2 6380 @ other 10.0.0.1 6379";
        assertThat(read("+selected-slave", selected)).isNull();
        assertThat(SentinelEvents.isOurs("mymaster", selected)).isFalse();
        assertThat(read("+switch-master", "other 10.0.0.1 6379 10.0.0.2 6380")).isNull();
        assertThat(read("-failover-abort-not-elected", "master other 10.0.0.1 6379"))
                .isNull();
    }

    @Test
    void aReplicaThatIsCalledLikeOurMasterIsStillAnothers() {
        assertThat(SentinelEvents.isOurs("mymaster", "slave mymaster 10.0.0.2 6380 @ other 10.0.0.1 6379"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mymaster", "mymaster x", "mymaster 10.0.0.1 6379 10.0.0.2 port", "slave @ mymaster"})
    void whatCannotBeReadChangesNothing(String payload) {
        assertThat(read("+switch-master", payload)).isNull();
        assertThat(read("+selected-slave", payload)).isNull();
    }

    @Test
    void otherEventsOnlyGiveCauseToLook() {
        String promoted = "slave 10.0.0.2:6380 10.0.0.2 6380 @ mymaster 10.0.0.1 6379";
        assertThat(read("+promoted-slave", promoted)).isNull();
        assertThat(SentinelEvents.isOurs("mymaster", promoted)).isTrue();
    }
}
