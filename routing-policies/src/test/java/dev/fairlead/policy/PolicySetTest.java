package dev.fairlead.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.command.CommandTable;
import dev.fairlead.topology.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySetTest {
    private static final String FILE = """
            version: 1
            defaults:
              from: replica-preferred
              maxLag: 500ms
              whenNoneIsFresh: master
              balance: p2c-peak-ewma
            policies:
              reports: { from: replica, maxLag: 30s, whenNoneIsFresh: least-stale, deadline: 5s }
              patient:
                whenNoneIsFresh: { wait: 50ms }
                maxLagBytes: 1mb
                balance: weighted
                weights: { "10.0.0.2:6379": 3 }
                retry: last-wins
                hedge: p95
            rules:
              - name: sessions
                match: { keys: "session:*" }
                consistency: read-your-writes
              - name: counters
                match: { commands: [INCR, DECR, GET], keys: ["counter:*", "count:?"] }
                from: master
              - name: heavy reads
                match: { commands: ["@geo", SORT_RO] }
                policy: reports
            """;

    private static RoutingSettings settings(PolicySet set, SettingsOverride override, String... words) {
        byte[][] argv = Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        return set.settingsFor(CommandTable.standard().find(argv), argv, override);
    }

    private static RoutingSettings settings(String... words) {
        return settings(PolicySet.parse(FILE, "routing.yaml"), SettingsOverride.NONE, words);
    }

    private static SettingsOverride named(String policy) {
        return new SettingsOverride(policy, null, null, -1, null, null, null, null);
    }

    @Test
    void theFirstRuleThatMatchesIsLaidOverTheDefaults() {
        RoutingSettings sessions = settings("GET", "session:42");
        assertThat(sessions.origin()).isEqualTo("rule 'sessions' (routing.yaml:17)");
        assertThat(sessions.consistency()).isEqualTo(Consistency.READ_YOUR_WRITES);
        assertThat(sessions.maxLag()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings("GET", "counter:1").from()).isEqualTo(ReadFrom.MASTER);
        assertThat(settings("GET", "count:12").from()).isEqualTo(ReadFrom.REPLICA_PREFERRED);
        assertThat(settings("STRLEN", "counter:1").origin()).isEqualTo("defaults (routing.yaml:2)");
        assertThat(settings("MGET", "a", "session:1").origin()).contains("sessions");
        RoutingSettings geo = settings("GEODIST", "places", "a", "b");
        assertThat(geo.origin()).contains("heavy reads");
        assertThat(geo.from()).isEqualTo(ReadFrom.REPLICA);
        assertThat(geo.deadline()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings("PING").origin()).startsWith("defaults");
    }

    @Test
    void aCallsOwnOptionsGoOverThePolicyItNames() {
        PolicySet set = PolicySet.parse(FILE, "routing.yaml");
        RoutingSettings patient = settings(set, named("patient"), "GET", "session:1");
        assertThat(patient.whenNoneIsFresh())
                .isEqualTo(new WhenNoneIsFresh(WhenNoneIsFresh.Kind.WAIT, Duration.ofMillis(50)));
        assertThat(patient.maxLagBytes()).isEqualTo(1 << 20);
        assertThat(patient.retry()).isEqualTo(Retry.LAST_WINS);
        assertThat(patient.hedge()).isEqualTo(Hedge.P95);
        SettingsOverride careful = new SettingsOverride("patient", null, null, -1, null, null, Retry.READS, null);
        assertThat(settings(set, careful, "SET", "k", "v").retry()).isEqualTo(Retry.READS);
        assertThat(settings("SET", "k", "v").retry()).isEqualTo(Retry.READS);
        assertThat(patient.weights()).isEqualTo(Map.of(Endpoint.parse("10.0.0.2:6379"), 3));
        SettingsOverride master = new SettingsOverride("reports", Consistency.MASTER, null, -1, null, null, null, null);
        assertThat(settings(set, master, "GET", "k").from()).isEqualTo(ReadFrom.MASTER);
        assertThatThrownBy(() -> settings(set, named("report"), "GET", "k"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'reports'?");
        SettingsOverride fallback =
                new SettingsOverride("reports", null, null, -1, WhenNoneIsFresh.MASTER, null, null, null);
        assertThatThrownBy(() -> settings(set, fallback, "GET", "k")).hasMessageContaining("replicas only");
    }

    @Test
    void replicasAloneDoNotInheritTheMasterAsAFallback() {
        PolicySet set = PolicySet.parse("version: 1\npolicies: { r: { from: replica } }\n", "p.yaml");
        assertThat(settings(set, named("r"), "GET", "k").whenNoneIsFresh()).isEqualTo(WhenNoneIsFresh.FAIL);
        assertThat(settings(PolicySet.standard(), SettingsOverride.NONE, "GET", "k")
                        .whenNoneIsFresh())
                .isEqualTo(WhenNoneIsFresh.MASTER);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        defaults: { from: replica-prefered }          | 2:19: unknown value 'replica-prefered' for 'from'; did you mean 'replica-preferred'?
        defaults: { from: replica-prefered }          | allowed: master, master-preferred, replica, replica-preferred, any
        defaults: { retry: incr }                     | allowed: reads, checked-writes, last-wins
        defaults: { hedge: soon }                     | 2:20: bad value for 'hedge': 'soon' is no hedge; expected never, p95 or a time
        defaults: { hedge: 0ms }                      | bad value for 'hedge': '0ms' is out of bounds
        defaults: { maxlag: 1s }                      | 2:13: unknown key 'maxlag' in 'defaults'; did you mean 'maxLag'?
        defaults: { maxLag: 9ms }                     | 2:21: bad value for 'maxLag': '9ms' is out of bounds; from 10ms
        defaults: { maxLag: fast }                    | 2:21: bad value for 'maxLag': 'fast' is not a duration; expected
        defaults: { maxLag: 99999999999999999999s }   | 2:21: bad value for 'maxLag'
        defaults: { maxLagBytes: 1tb }                | 2:26: bad value for 'maxLagBytes': '1tb' is not a number of bytes
        defaults: { maxLag: 1s, maxLag: 2s }          | 2:25: 'maxLag' stands here a second time; first at f.yaml:2
        defaults: { from: [any] }                     | 2:19: 'from' takes a single value, not a list
        defaults: [from]                              | 2:11: 'defaults' is a mapping of names to values, not a list
        defaults: { from: replica, whenNoneIsFresh: master } | 2:45: 'whenNoneIsFresh: master' contradicts 'from: replica'
        defaults: { from: replica, consistency: master }     | 2:41: 'consistency: master' contradicts
        defaults: { whenNoneIsFresh: sometimes }      | 2:30: unknown value 'sometimes' for 'whenNoneIsFresh'
        defaults: { weights: { "10.0.0.1": 2 } }      | 2:24: '10.0.0.1' is not an address
        defaults: { weights: { "a:1": 1001 } }        | 2:31: '1001' is not a weight
        rules: [{ name: x, match: { commands: GETT } }]      | 2:39: unknown command 'GETT'; did you mean 'get'?
        rules: [{ name: x, match: { commands: "@slo" } }]    | 2:39: unknown category '@slo'; did you mean '@slow'?
        rules: [{ name: x, match: { keys: "a[b" } }]         | 2:35: the pattern 'a[b' opens a '['
        rules: [{ name: x, match: { keys: a }, policy: y }]  | 2:48: unknown policy 'y'
        rules: [{ name: x, from: any }]               | 2:9: the rule lacks a 'match'
        rules: [{ match: { keys: a } }]               | 2:9: the rule lacks a 'name'
        polices: {}                                   | 2:1: unknown key 'polices' in a policy file; did you mean 'policies'?
        defaults: { from: any                         | f.yaml:3:1: this is not YAML
        defaults: &d { from: any }, policies: *d      | this is not YAML
        policies: { a: &d { from: any }, b: *d }      | 2:37: aliases are not read
        """)
    void anErrorNamesThePlaceAndTheNearestWord(String line, String expected) {
        assertThatThrownBy(() -> PolicySet.parse("version: 1\n" + line + "\n", "f.yaml"))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void theErrorsOfOneFileComeTogether() {
        assertThatThrownBy(() -> PolicySet.parse("version: 2\ndefaults: { from: x, balance: y }\nzone: z\n", "f.yaml"))
                .hasMessageContaining("f.yaml:1:10: this client reads version 1 only")
                .hasMessageContaining("f.yaml:2:19")
                .hasMessageContaining("f.yaml:2:31")
                .hasMessageContaining("f.yaml:3:1: unknown key 'zone'");
    }

    @Test
    void hostileTextsEndInAnError() {
        assertThatThrownBy(() -> PolicySet.parse("[".repeat(200_000), "f.yaml")).hasMessageContaining("levels deep");
        assertThatThrownBy(() -> PolicySet.parse("#".repeat(300_000), "f.yaml")).hasMessageContaining("the most is");
        assertThatThrownBy(() -> PolicySet.parse("", "f.yaml")).hasMessageContaining("version: 1");
        assertThatThrownBy(() -> PolicySet.parse("version: 1\n---\nversion: 1\n", "f.yaml"))
                .isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> PolicySet.parse("version: 1\ndefaults:\n  whenNoneIsFresh: wait: 50ms\n", "f.yaml"))
                .hasMessageContaining("f.yaml:3:24")
                .hasMessageContaining("{ wait: 50ms }");
    }

    @ParameterizedTest
    @CsvSource({
        "user:*,user:1,true", "user:*,users,false", "*,'',true", "h?llo,hello,true", "h?llo,hllo,false",
        "h[ae]llo,hallo,true", "h[^e]llo,hello,false", "h[a-c]llo,hbllo,true", "a\\*c,a*c,true", "a\\*c,abc,false",
        "*a*b,xaxxb,true", "*a*b,xaxxbc,false", "[]x,x,false"
    })
    void patternsMatchAsTheServersDo(String pattern, String key, boolean expected) {
        assertThat(Glob.compile(pattern).matches(key.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(expected);
    }

    @Test
    void aPatternOfManyStarsStaysCheap() {
        byte[] key = "a".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        long begun = System.nanoTime();
        assertThat(Glob.compile("*a".repeat(500) + "*b").matches(key)).isFalse();
        assertThat(System.nanoTime() - begun).isLessThan(Duration.ofSeconds(5).toNanos());
    }
}
