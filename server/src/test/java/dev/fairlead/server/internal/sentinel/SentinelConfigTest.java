package dev.fairlead.server.internal.sentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from a {@code sentinel.conf}, what is refused, and what is written back. */
class SentinelConfigTest {
    private static final String MONITOR = "sentinel monitor mymaster 127.0.0.1 6379 2";

    private static SentinelConfig parse(String... lines) {
        return SentinelConfig.parse(
                "sentinel.conf",
                List.of(lines),
                path -> path.equals("/bin/tell"),
                SentinelConfigTest::resolve,
                (name, value) -> value);
    }

    private static String resolve(String host) {
        if (host.equals("redis.example")) {
            return "10.0.0.7";
        }
        throw new IllegalArgumentException("Can't resolve instance hostname '" + host + "'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        maxmemory 1gb                                             | Bad directive or wrong number of arguments
        tls-port 1 2                                              | wrong number of arguments
        user admin on >secret ~* +@all                            | This Sentinel has the default user alone
        port many                                                 | 'many' is not a number
        sentinel monitor mymaster 127.0.0.1 6380 2                | Duplicate master name.
        sentinel monitor other redis.example 6379 2               | Can't resolve instance hostname 'redis.example'
        sentinel monitor other 127.0.0.1 6379 0                   | '0' is not between 1 and
        sentinel monitor other 127.0.0.1 6379                     | wrong number of arguments
        sentinel down-after-milliseconds mymaster soon            | down-after-milliseconds must be a number, not 'soon'
        sentinel down-after-milliseconds mymaster 0               | down-after-milliseconds must be 1 or greater, not 0
        sentinel down-after-milliseconds other 500                | No such master with specified name.
        sentinel down-after-millis mymaster 500                   | Unrecognized sentinel configuration statement.
        sentinel parallel-syncs mymaster 1 2                      | wrong number of arguments
        sentinel notification-script mymaster /bin/none           | Notification script seems non existing or non executable
        sentinel client-reconfig-script mymaster /bin/none        | Client reconfiguration script seems non existing
        sentinel resolve-hostnames perhaps                        | resolve-hostnames must be yes or no, not 'perhaps'
        sentinel announce-port 70000                              | '70000' is not between 0 and 65535
        sentinel known-replica mymaster 127.0.0.1                 | wrong number of arguments
        sentinel current-epoch never                              | 'never' is not an epoch
        sentinel auth-pass mymaster "open                         | Unbalanced quotes
        """)
    void aWrongLineIsRefusedWithFileLineAndReason(String line, String reason) {
        assertThatThrownBy(() -> parse("# comment", MONITOR, line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sentinel.conf:3: ")
                .hasMessageContaining(reason);
    }

    @Test
    void aPasswordIsNotRepeatedInAnError() {
        assertThatThrownBy(() -> parse("sentinel auth-pass nobody secret"))
                .hasMessageContaining("No such master")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> parse("user default on >secret"))
                .hasMessageContaining("requirepass")
                .hasMessageNotContaining("secret");
    }

    @Test
    void directivesOfAMasterMayStandBeforeItsLine() {
        SentinelConfig config = parse("sentinel down-after-milliseconds mymaster 777", MONITOR);
        assertThat(config.masters().get(0).settings().downAfter()).isEqualTo(777);
    }

    @Test
    void aNameIsResolvedOnceUnlessNamesAreAnnounced() {
        String monitor = "sentinel monitor mymaster redis.example 6379 2";
        assertThat(parse(monitor, "sentinel resolve-hostnames yes")
                        .masters()
                        .get(0)
                        .endpoint())
                .hasToString("10.0.0.7:6379");
        assertThat(parse(monitor, "sentinel resolve-hostnames yes", "sentinel announce-hostnames yes")
                        .masters()
                        .get(0)
                        .endpoint())
                .hasToString("redis.example:6379");
    }

    @Test
    void whatWasSetIsWrittenBackAndReadAgain() {
        SentinelConfig config = parse(
                "# my own words",
                "port 5000",
                MONITOR,
                "sentinel deny-scripts-reconfig no",
                "sentinel auth-pass mymaster \"two words\"",
                "sentinel notification-script mymaster /bin/tell",
                "sentinel rename-command mymaster CONFIG guess-me",
                "sentinel master-reboot-down-after-period mymaster 7000",
                "sentinel known-replica mymaster 127.0.0.1 6380",
                "sentinel known-sentinel mymaster 127.0.0.1 5001 " + "a".repeat(40),
                "sentinel leader-epoch mymaster 4");
        config.setGlobal("announce-ip", "10.0.0.9");
        SentinelState state = new SentinelState(
                "b".repeat(40), SentinelTimings.STANDARD, new SplittableRandom(1), new RecordedOutput());
        for (MasterMemory master : config.masters()) {
            state.monitor(master.settings(), master.endpoint(), 0);
            state.recall(master, 0);
        }

        List<String> written = config.rewrite(state);

        SentinelConfig again = parse(written.toArray(String[]::new));
        MasterMemory master = again.masters().get(0);
        assertThat(written).startsWith("# my own words", "port 5000").doesNotHaveDuplicates();
        assertThat(again.port()).isEqualTo(5_000);
        assertThat(again.myId()).isEqualTo("b".repeat(40));
        assertThat(again.announceIp()).isEqualTo("10.0.0.9");
        assertThat(again.deniesScripts()).isFalse();
        assertThat(master.settings().credentials().password()).isEqualTo("two words");
        assertThat(master.settings().notificationScript()).isEqualTo("/bin/tell");
        assertThat(master.settings().commandName("config")).isEqualTo("guess-me");
        assertThat(master.settings().rebootDownAfter()).isEqualTo(7_000);
        assertThat(master.voteEpoch()).isEqualTo(4);
        assertThat(new ArrayList<>(master.replicas())).hasToString("[127.0.0.1:6380]");
        assertThat(master.sentinels()).containsOnlyKeys("a".repeat(40));
        assertThat(again.rewrite(state)).as("and so on").isEqualTo(written);
    }
}
