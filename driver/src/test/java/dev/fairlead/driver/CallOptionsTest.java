package dev.fairlead.driver;

import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.maxLagBytes;
import static dev.fairlead.driver.CallOptions.policy;
import static dev.fairlead.driver.CallOptions.within;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.policy.Consistency;
import dev.fairlead.policy.Hedge;
import dev.fairlead.policy.Retry;
import dev.fairlead.policy.SettingsOverride;
import dev.fairlead.policy.WhenNoneIsFresh;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallOptionsTest {
    @Test
    void optionsCombineAndTheLaterOneWins() {
        CallOptions all = READ_YOUR_WRITES
                .deadline(ofMillis(50))
                .and(maxLag(ofMillis(200)))
                .and(policy("reports"))
                .and(maxLagBytes(0))
                .whenNoneIsFresh(WhenNoneIsFresh.FAIL)
                .retry(Retry.LAST_WINS)
                .hedge(Hedge.after(ofMillis(5)))
                .and(MASTER);

        assertThat(all.override())
                .isEqualTo(new SettingsOverride(
                        "reports",
                        Consistency.MASTER,
                        ofMillis(200),
                        0,
                        WhenNoneIsFresh.FAIL,
                        ofMillis(50),
                        Retry.LAST_WINS,
                        Hedge.after(ofMillis(5))));
        assertThat(READ_YOUR_WRITES.override().deadline())
                .as("constants do not change")
                .isNull();
    }

    @Test
    void boundsThatCannotBeKeptAreRefused() {
        assertThatThrownBy(() -> maxLag(ofMillis(9))).hasMessageContaining("at least 10 ms");
        assertThatThrownBy(() -> maxLagBytes(-1)).hasMessageContaining("negative");
        assertThatThrownBy(() -> within(Duration.ZERO)).hasMessageContaining("positive");
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatThrownBy(() -> within(forever)).hasMessageContaining("1 day");
        assertThatThrownBy(() -> maxLag(forever)).hasMessageContaining("1 day");
        assertThatThrownBy(() -> new WhenNoneIsFresh(WhenNoneIsFresh.Kind.WAIT, forever))
                .hasMessageContaining("1 day");
        assertThatThrownBy(() -> new WhenNoneIsFresh(WhenNoneIsFresh.Kind.WAIT, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBuilderSaysWhatToDo() {
        assertThatThrownBy(() -> RoutingClient.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".nodes(");
        assertThatThrownBy(() -> RoutingClient.builder().nodes("h:1").sentinels("m", "h:2"))
                .hasMessageContaining("not both");
        assertThatThrownBy(() -> RoutingClient.builder().nodes("redis")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> RoutingClient.builder().clientName("a b")).hasMessageContaining("blanks");
        assertThatThrownBy(() -> RoutingClient.builder().maxInFlight(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> RoutingClient.builder().defaultDeadline(Duration.ofDays(2)))
                .hasMessageContaining("1 day");
    }

    @Test
    void aBuilderNeverPrintsASecret() {
        assertThat(RoutingClient.builder()
                        .nodes("h:1")
                        .credentials("app", "s3cret")
                        .toString())
                .contains("with credentials")
                .doesNotContain("s3cret");
    }
}
