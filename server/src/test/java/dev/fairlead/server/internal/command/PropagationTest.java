package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reaches replicas: effects that give the same result everywhere, as redis-server 7.0.15 was seen to send them. */
class PropagationTest {
    private final TestServer server = new TestServer();
    private final TestServer.Client client = server.client();

    private List<String> after(String... lines) {
        server.takePropagated();
        for (String line : lines) {
            client.line(line);
        }
        return server.takePropagated();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "set k v; 0|set k v",
                "set k v ex 10; 0|SET k v PXAT 1700000010000",
                "set k v px 10 get; 0|SET k v PXAT 1700000000010",
                "set k v get; 0|set k v",
                "set new v nx; 0|set new v nx",
                "setex k 10 v; 0|SET k v PXAT 1700000010000",
                "getset str v; 0|SET str v",
                "getdel str; 0|DEL str",
                "getex str ex 10; 0|PEXPIREAT str 1700000010000",
                "expire str 10; 0|PEXPIREAT str 1700000010000",
                "expire str -1; 0|DEL str",
                "incr num; 0|incr num",
                "incrbyfloat num 0.5; 0|SET num 10.5 KEEPTTL",
                "hincrbyfloat h f 0.5; 0|HSET h f 0.5",
                "blpop list 0; 0|LPOP list",
                "brpop list 0; 0|RPOP list",
                "blmove list other left right 0; 0|LMOVE list other LEFT RIGHT",
                "brpoplpush list other 0; 0|RPOPLPUSH list other",
                "lmpop 1 list right count 2; 0|RPOP list 2",
                "zmpop 1 zset min; 0|ZPOPMIN zset 1",
                "bzpopmax zset 0; 0|ZPOPMAX zset",
                "spop set 9; 0|DEL set",
                "bitfield new overflow fail set u2 0 9; 0|bitfield new overflow fail set u2 0 9",
                "publish c m; 0|publish c m",
                "flushall; 0|flushall",
            })
    void aWriteIsPropagatedByItsEffect(String call, String effect) {
        for (String line :
                List.of("set str v", "set num 10", "rpush list a b c", "zadd zset 1 a 2 b", "sadd set a b")) {
            client.line(line);
        }
        assertThat(after(call)).containsExactly(effect);
    }

    @ParameterizedTest
    @CsvSource({
        "get str",
        "del nothing",
        "lpop nothing",
        "set str v nx",
        "zadd zset 1 a",
        "sadd set a",
        "expire nothing 5",
        "lpush str x"
    })
    void whatChangesNothingIsNotPropagated(String call) {
        for (String line : List.of("set str v", "zadd zset 1 a", "sadd set a")) {
            client.line(line);
        }
        assertThat(after(call)).isEmpty();
    }

    @Test
    void aTransactionWithSeveralWritesIsOneGroupAndWithOneItIsBare() {
        assertThat(after("multi", "set a 1", "get a", "select 3", "set b 2", "exec"))
                .containsExactly("MULTI", "0|set a 1", "3|set b 2", "EXEC");
        client.line("select 0");
        assertThat(after("multi", "get a", "set a 2", "exec")).containsExactly("0|set a 2");
        assertThat(after("multi", "get a", "exec")).isEmpty();
    }

    @Test
    void aStringThatIsEditedInTheSameTransactionIsSentAsItWasSet() {
        assertThat(after("multi", "set k 0", "bitfield k incrby u8 0 1", "exec"))
                .containsExactly("MULTI", "0|set k 0", "0|bitfield k incrby u8 0 1", "EXEC");
    }

    @Test
    void aKeyWhoseTimeHasPassedIsDeletedInTheStreamBeforeWhatComesNext() {
        client.line("set k v px 100");
        server.now += 101;
        assertThat(after("get k")).containsExactly("0|DEL k");
        client.line("set k v px 100");
        server.now += 101;
        assertThat(after("incr k")).containsExactly("MULTI", "0|DEL k", "0|incr k", "EXEC");
    }

    @Test
    void activeExpiryRemovesKeysThatNobodyAsksForAndSaysSo() {
        client.line("set a v px 100");
        client.line("set b v px 200");
        server.takePropagated();
        server.now += 101;
        server.executor.cron();
        assertThat(server.takePropagated()).containsExactly("0|DEL a");
        assertThat(client.line("dbsize")).isEqualTo(":1\r\n");
        assertThat(client.line("info stats")).contains("expired_keys:1\r\n");
    }

    @Test
    void aReplicaLooksPastAnExpiredKeyAndLeavesItsRemovalToTheMaster() {
        client.line("set k v px 100");
        server.takePropagated();
        server.replica = true;
        server.now += 101;
        assertThat(client.line("get k")).isEqualTo("$-1\r\n");
        assertThat(client.line("exists k")).isEqualTo(":0\r\n");
        server.executor.cron();
        assertThat(client.line("dbsize")).as("it is still there").isEqualTo(":1\r\n");
        assertThat(server.takePropagated()).isEmpty();

        TestServer.Client link = server.client();
        link.session.become(ClientSession.Kind.MASTER);
        link.line("append k w");
        assertThat(link.line("strlen k"))
                .as("the master's commands still see it")
                .isEqualTo(":2\r\n");
    }

    @Test
    void theLastWriteOfAClientIsCoveredByItsOffset() {
        TestServer.Client other = server.client();
        client.line("set k v");
        long covered = client.session.lastWriteOffset();
        assertThat(covered).isEqualTo(server.offset()).isPositive();
        other.line("set k w");
        client.line("get k");
        assertThat(client.session.lastWriteOffset()).isEqualTo(covered);
    }
}
