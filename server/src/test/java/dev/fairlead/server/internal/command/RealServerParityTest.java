package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What {@link DifferentialTest} once found to differ from a real server, each by its symptom. */
class RealServerParityTest {
    private static final String LONG = "long".repeat(20);

    private final TestServer server = new TestServer();
    private final TestServer.Client client = server.client();

    private String encoding(String key) {
        return client.line("object encoding " + key).split("\r\n")[1];
    }

    @Test
    void aSumOfFloatsIsTextEvenIfItReadsAsAnInteger() {
        client.line("incrbyfloat k 10");
        assertThat(encoding("k")).isEqualTo("embstr");
        client.line("incr k");
        assertThat(encoding("k")).isEqualTo("int");
    }

    @Test
    void theResultOfBitopIsRaw() {
        client.line("set a 1");
        client.line("bitop and b a a");
        assertThat(encoding("b")).isEqualTo("raw");
        client.line("copy b c");
        assertThat(encoding("c")).isEqualTo("raw");
    }

    @Test
    void smallIntegersSaySharedAndOtherValuesDoNot() {
        client.line("mset zero 0 most 9999 more 10000 less -1 text a1");
        assertThat(client.line("object refcount zero")).isEqualTo(":2147483647\r\n");
        assertThat(client.line("object refcount most")).isEqualTo(":2147483647\r\n");
        for (String key : new String[] {"more", "less", "text"}) {
            assertThat(client.line("object refcount " + key)).as(key).isEqualTo(":1\r\n");
        }
    }

    @Test
    void negativeZeroIsKeptByALargeSortedSetAndByAUnionThatIsOnlyShown() {
        client.line("zadd small -0 a");
        assertThat(client.line("zscore small a")).isEqualTo("$1\r\n0\r\n");
        client.line("zadd large -0 " + LONG);
        assertThat(client.line("zscore large " + LONG)).isEqualTo("$2\r\n-0\r\n");
        client.line("copy large copied");
        assertThat(client.line("zscore copied " + LONG)).isEqualTo("$2\r\n-0\r\n");

        client.line("sadd s a");
        assertThat(client.line("zunion 1 s weights -0 withscores")).isEqualTo("*2\r\n$1\r\na\r\n$2\r\n-0\r\n");
        client.line("zunionstore stored 1 s weights -0");
        assertThat(client.line("zscore stored a")).isEqualTo("$1\r\n0\r\n");
        assertThat(encoding("stored")).isEqualTo("listpack");
    }

    @Test
    void aSortedSetIsLargeOnceItWasSorted() {
        client.line("zadd z 1 a");
        client.line("sort z alpha");
        assertThat(encoding("z")).isEqualTo("skiplist");
    }

    @Test
    void sortByWeightsReadsThemUpToAZeroByteAndTakesNothingAsZero() {
        client.line("rpush l 1 2 3");
        client.call("set", "w1", "\0x");
        client.call("set", "w2", " -1");
        client.call("set", "w3", "5\0x");
        assertThat(client.line("sort l by w*")).isEqualTo("*3\r\n$1\r\n2\r\n$1\r\n1\r\n$1\r\n3\r\n");
        client.call("set", "w3", " ");
        assertThat(client.line("sort l by w*")).isEqualTo("-ERR One or more scores can't be converted into double\r\n");
    }

    @Test
    void sortWithTheGreatestLimitGivesTheRest() {
        client.line("rpush l 3 1 2");
        assertThat(client.line("sort l limit 1 9223372036854775807")).isEqualTo("*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
    }

    @Test
    void aBitSetInAStringLeavesListsThatWereSortedFromItAsTheyAre() {
        client.line("set s1 -5");
        client.line("setbit s1 20 0"); // From here on it is edited in place.
        client.line("rpush l 1");
        client.line("sort l by nosort get s* store sorted");
        String before = client.line("lrange sorted 0 -1");
        client.line("setbit s1 1 1");
        assertThat(client.line("lrange sorted 0 -1")).isEqualTo(before);
    }

    @Test
    void argumentsAreLookedAtInTheOrderOfARealServer() {
        assertThat(client.line("getex missing ex 1.5")).isEqualTo("$-1\r\n");
        client.line("set k v");
        assertThat(client.line("getex k ex 1.5")).startsWith("-ERR value is not an integer");
        assertThat(client.line("bitcount k 1.5 1 x")).startsWith("-ERR value is not an integer");
        assertThat(client.line("bitcount k -1 -2 x")).isEqualTo(":0\r\n");
        assertThat(client.line("bitpos k 1 1.5 2 x")).startsWith("-ERR value is not an integer");
        assertThat(client.line("bitpos k 1 1 1.5 x")).isEqualTo("-ERR syntax error\r\n");
    }

    @Test
    void errorsRepeatWhatAClientSentAsTextUpToAZeroByte() {
        client.line("set k v");
        assertThat(client.call("expire", "k", "1", "\303\251\0x")).isEqualTo("-ERR Unsupported option \303\251\r\n");
        assertThat(client.call("\303\251\0x", "\303\251"))
                .isEqualTo("-ERR unknown command '\303\251', with args beginning with: '\303\251' \r\n");
    }
}
