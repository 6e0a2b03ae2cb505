package dev.fairlead.it;

import static dev.fairlead.driver.Commands.append;
import static dev.fairlead.driver.Commands.bitCount;
import static dev.fairlead.driver.Commands.copy;
import static dev.fairlead.driver.Commands.dbSize;
import static dev.fairlead.driver.Commands.decr;
import static dev.fairlead.driver.Commands.del;
import static dev.fairlead.driver.Commands.echo;
import static dev.fairlead.driver.Commands.exists;
import static dev.fairlead.driver.Commands.expire;
import static dev.fairlead.driver.Commands.flushAll;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.getDel;
import static dev.fairlead.driver.Commands.getEx;
import static dev.fairlead.driver.Commands.getRange;
import static dev.fairlead.driver.Commands.hdel;
import static dev.fairlead.driver.Commands.hexists;
import static dev.fairlead.driver.Commands.hget;
import static dev.fairlead.driver.Commands.hgetAll;
import static dev.fairlead.driver.Commands.hincrBy;
import static dev.fairlead.driver.Commands.hincrByFloat;
import static dev.fairlead.driver.Commands.hkeys;
import static dev.fairlead.driver.Commands.hlen;
import static dev.fairlead.driver.Commands.hmget;
import static dev.fairlead.driver.Commands.hset;
import static dev.fairlead.driver.Commands.hsetNx;
import static dev.fairlead.driver.Commands.hvals;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.incrBy;
import static dev.fairlead.driver.Commands.incrByFloat;
import static dev.fairlead.driver.Commands.lindex;
import static dev.fairlead.driver.Commands.linsertBefore;
import static dev.fairlead.driver.Commands.llen;
import static dev.fairlead.driver.Commands.lmove;
import static dev.fairlead.driver.Commands.lpop;
import static dev.fairlead.driver.Commands.lpush;
import static dev.fairlead.driver.Commands.lrange;
import static dev.fairlead.driver.Commands.lrem;
import static dev.fairlead.driver.Commands.lset;
import static dev.fairlead.driver.Commands.ltrim;
import static dev.fairlead.driver.Commands.mget;
import static dev.fairlead.driver.Commands.mset;
import static dev.fairlead.driver.Commands.msetNx;
import static dev.fairlead.driver.Commands.persist;
import static dev.fairlead.driver.Commands.ping;
import static dev.fairlead.driver.Commands.rename;
import static dev.fairlead.driver.Commands.rpop;
import static dev.fairlead.driver.Commands.rpush;
import static dev.fairlead.driver.Commands.sadd;
import static dev.fairlead.driver.Commands.scard;
import static dev.fairlead.driver.Commands.sdiff;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.setBit;
import static dev.fairlead.driver.Commands.setNx;
import static dev.fairlead.driver.Commands.sinter;
import static dev.fairlead.driver.Commands.sinterStore;
import static dev.fairlead.driver.Commands.sisMember;
import static dev.fairlead.driver.Commands.smembers;
import static dev.fairlead.driver.Commands.smisMember;
import static dev.fairlead.driver.Commands.srem;
import static dev.fairlead.driver.Commands.strlen;
import static dev.fairlead.driver.Commands.sunion;
import static dev.fairlead.driver.Commands.ttl;
import static dev.fairlead.driver.Commands.type;
import static dev.fairlead.driver.Commands.zadd;
import static dev.fairlead.driver.Commands.zcard;
import static dev.fairlead.driver.Commands.zincrBy;
import static dev.fairlead.driver.Commands.zmscore;
import static dev.fairlead.driver.Commands.zpopMin;
import static dev.fairlead.driver.Commands.zrange;
import static dev.fairlead.driver.Commands.zrangeWithScores;
import static dev.fairlead.driver.Commands.zrank;
import static dev.fairlead.driver.Commands.zrem;
import static dev.fairlead.driver.Commands.zrevRange;
import static dev.fairlead.driver.Commands.zscore;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.ListEnd;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.ScoredMember;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.resp.Reply;
import java.util.Map;
import java.util.Set;

/** Typed commands against each server: what goes in comes out, in the type that the method promises, nulls included. */
class TypedCommandsTest {
    @ClusterTest(replicas = 0)
    void typedCommandsRoundTrip(ClusterUnderTest cluster) {
        roundTrip(cluster);
    }

    /** The same results where the wire has fewer types: RESP2 knows no maps, doubles or booleans. */
    @ClusterTest(
            replicas = 0,
            directives = "rename-command HELLO \"\"",
            on = {ClusterKind.PROCESSES, ClusterKind.CONTAINERS})
    void typedCommandsRoundTripInResp2(ClusterUnderTest cluster) {
        roundTrip(cluster);
    }

    private static void roundTrip(ClusterUnderTest cluster) {
        try (RoutingClient client =
                RoutingClient.builder().nodes(cluster.master().address()).build()) {
            Asking ask = new Asking(client);
            strings(ask);
            keys(ask);
            hashes(ask);
            lists(ask);
            sets(ask);
            sortedSets(ask);
            anythingElse(ask);
        }
    }

    private static void strings(Asking ask) {
        assertThat(ask.of(set("s", "Grüße ❤"))).isTrue();
        assertThat(ask.of(get("s"))).isEqualTo("Grüße ❤");
        assertThat(ask.of(get("missing"))).isNull();
        assertThat(ask.of(set("empty", ""))).isTrue();
        assertThat(ask.of(get("empty"))).isEmpty();
        assertThat(ask.of(setNx("s", "x"))).isFalse();
        assertThat(ask.of(incr("n"))).isEqualTo(1);
        assertThat(ask.of(incrBy("n", Long.MAX_VALUE - 1))).isEqualTo(Long.MAX_VALUE);
        assertThat(ask.of(decr("n"))).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(ask.of(incrByFloat("f", 2.5))).isEqualTo(2.5);
        assertThat(ask.of(append("a", "ab"))).isEqualTo(2);
        assertThat(ask.of(append("a", "cd"))).isEqualTo(4);
        assertThat(ask.of(strlen("a"))).isEqualTo(4);
        assertThat(ask.of(getRange("a", 1, -2))).isEqualTo("bc");
        ask.of(mset(Map.of("m1", "1", "m2", "2")));
        assertThat(ask.of(mget("m1", "missing", "m2"))).containsExactly("1", null, "2");
        assertThat(ask.of(msetNx(Map.of("m1", "9", "m3", "3")))).isFalse();
        assertThat(ask.of(getDel("m1"))).isEqualTo("1");
        assertThat(ask.of(getDel("m1"))).isNull();
        assertThat(ask.of(setBit("bits", 7, true))).isFalse();
        assertThat(ask.of(bitCount("bits"))).isEqualTo(1);
    }

    private static void keys(Asking ask) {
        assertThat(ask.of(exists("s", "missing", "n"))).isEqualTo(2);
        assertThat(ask.of(type("s"))).isEqualTo("string");
        assertThat(ask.of(ttl("s"))).isNegative();
        assertThat(ask.of(expire("s", ofSeconds(100)))).isTrue();
        assertThat(ask.of(ttl("s"))).isBetween(98L, 100L);
        assertThat(ask.of(persist("s"))).isTrue();
        assertThat(ask.of(getEx("s", ofSeconds(50)))).isEqualTo("Grüße ❤");
        assertThat(ask.of(ttl("s"))).isBetween(48L, 50L);
        assertThat(ask.of(copy("s", "s2"))).isTrue();
        ask.of(rename("s2", "s3"));
        assertThat(ask.of(del("s3", "missing"))).isEqualTo(1);
    }

    private static void hashes(Asking ask) {
        assertThat(ask.of(hset("h", Map.of("a", "1", "b", "2")))).isEqualTo(2);
        assertThat(ask.of(hget("h", "a"))).isEqualTo("1");
        assertThat(ask.of(hget("h", "missing"))).isNull();
        assertThat(ask.of(hmget("h", "b", "missing"))).containsExactly("2", null);
        assertThat(ask.of(hgetAll("h"))).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(ask.of(hgetAll("missing"))).isEmpty();
        assertThat(ask.of(hkeys("h"))).containsExactlyInAnyOrder("a", "b");
        assertThat(ask.of(hvals("h"))).containsExactlyInAnyOrder("1", "2");
        assertThat(ask.of(hincrBy("h", "a", 41))).isEqualTo(42);
        assertThat(ask.of(hincrByFloat("h", "f", 0.5))).isEqualTo(0.5);
        assertThat(ask.of(hsetNx("h", "a", "x"))).isFalse();
        assertThat(ask.of(hexists("h", "b"))).isTrue();
        assertThat(ask.of(hdel("h", "b", "missing"))).isEqualTo(1);
        assertThat(ask.of(hlen("h"))).isEqualTo(2);
    }

    private static void lists(Asking ask) {
        assertThat(ask.of(rpush("l", "b", "c"))).isEqualTo(2);
        assertThat(ask.of(lpush("l", "a"))).isEqualTo(3);
        assertThat(ask.of(lrange("l", 0, -1))).containsExactly("a", "b", "c");
        assertThat(ask.of(lrange("missing", 0, -1))).isEmpty();
        assertThat(ask.of(lindex("l", 9))).isNull();
        ask.of(lset("l", 1, "B"));
        assertThat(ask.of(linsertBefore("l", "c", "x"))).isEqualTo(4);
        assertThat(ask.of(lrem("l", 0, "x"))).isEqualTo(1);
        assertThat(ask.of(lmove("l", "l2", ListEnd.LEFT, ListEnd.RIGHT))).isEqualTo("a");
        assertThat(ask.of(lpop("l"))).isEqualTo("B");
        assertThat(ask.of(rpop("l", 5))).containsExactly("c");
        assertThat(ask.of(lpop("l"))).isNull();
        ask.of(ltrim("l2", 1, 0));
        assertThat(ask.of(llen("l2"))).isZero();
    }

    private static void sets(Asking ask) {
        assertThat(ask.of(sadd("t1", "a", "b", "a"))).isEqualTo(2);
        assertThat(ask.of(sadd("t2", "b", "c"))).isEqualTo(2);
        assertThat(ask.of(smembers("t1"))).isEqualTo(Set.of("a", "b"));
        assertThat(ask.of(smembers("missing"))).isEmpty();
        assertThat(ask.of(sisMember("t1", "a"))).isTrue();
        assertThat(ask.of(smisMember("t1", "a", "z"))).containsExactly(true, false);
        assertThat(ask.of(sinter("t1", "t2"))).isEqualTo(Set.of("b"));
        assertThat(ask.of(sunion("t1", "t2"))).isEqualTo(Set.of("a", "b", "c"));
        assertThat(ask.of(sdiff("t1", "t2"))).isEqualTo(Set.of("a"));
        assertThat(ask.of(sinterStore("t3", "t1", "t2"))).isEqualTo(1);
        assertThat(ask.of(srem("t1", "a"))).isEqualTo(1);
        assertThat(ask.of(scard("t1"))).isEqualTo(1);
    }

    private static void sortedSets(Asking ask) {
        assertThat(ask.of(zadd("z", 1.5, "a"))).isEqualTo(1);
        assertThat(ask.of(zadd("z", Map.of("b", 2.0, "c", Double.POSITIVE_INFINITY))))
                .isEqualTo(2);
        assertThat(ask.of(zscore("z", "a"))).isEqualTo(1.5);
        assertThat(ask.of(zscore("z", "c"))).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(ask.of(zscore("z", "missing"))).isNull();
        assertThat(ask.of(zmscore("z", "b", "missing"))).containsExactly(2.0, null);
        assertThat(ask.of(zrange("z", 0, -1))).containsExactly("a", "b", "c");
        assertThat(ask.of(zrevRange("z", 0, 0))).containsExactly("c");
        assertThat(ask.of(zrangeWithScores("z", 0, 1)))
                .containsExactly(new ScoredMember("a", 1.5), new ScoredMember("b", 2));
        assertThat(ask.of(zincrBy("z", 0.25, "a"))).isEqualTo(1.75);
        assertThat(ask.of(zrank("z", "b"))).isEqualTo(1);
        assertThat(ask.of(zrank("z", "missing"))).isNull();
        assertThat(ask.of(zpopMin("z"))).isEqualTo(new ScoredMember("a", 1.75));
        assertThat(ask.of(zpopMin("missing"))).isNull();
        assertThat(ask.of(zrem("z", "b", "missing"))).isEqualTo(1);
        assertThat(ask.of(zcard("z"))).isEqualTo(1);
    }

    private static void anythingElse(Asking ask) {
        assertThat(ask.of(ping())).isEqualTo("PONG");
        assertThat(ask.of(echo("hello"))).isEqualTo("hello");
        Reply role = ask.of(Command.of("ROLE"));
        assertThat(role.asList().get(0).asString()).isEqualTo("master");
        assertThatThrownBy(() -> ask.of(lpush("s", "x")))
                .isInstanceOfSatisfying(
                        ServerErrorException.class, e -> assertThat(e.code()).isEqualTo("WRONGTYPE"));
        assertThat(ask.of(dbSize())).isPositive();
        ask.of(flushAll());
        assertThat(ask.of(dbSize())).isZero();
    }

    /** On the master, so that each answer is about the write before it. */
    private record Asking(RoutingClient client) {
        <T> T of(Command<T> command) {
            return client.execute(command, CallOptions.MASTER);
        }
    }
}
