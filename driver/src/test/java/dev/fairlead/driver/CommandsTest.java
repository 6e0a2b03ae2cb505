package dev.fairlead.driver;

import static dev.fairlead.driver.Commands.append;
import static dev.fairlead.driver.Commands.blpop;
import static dev.fairlead.driver.Commands.copy;
import static dev.fairlead.driver.Commands.dbSize;
import static dev.fairlead.driver.Commands.del;
import static dev.fairlead.driver.Commands.expire;
import static dev.fairlead.driver.Commands.flushAll;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.getEx;
import static dev.fairlead.driver.Commands.hget;
import static dev.fairlead.driver.Commands.hgetAll;
import static dev.fairlead.driver.Commands.hincrByFloat;
import static dev.fairlead.driver.Commands.hrandFieldWithValues;
import static dev.fairlead.driver.Commands.hscan;
import static dev.fairlead.driver.Commands.hset;
import static dev.fairlead.driver.Commands.incrByFloat;
import static dev.fairlead.driver.Commands.info;
import static dev.fairlead.driver.Commands.linsertAfter;
import static dev.fairlead.driver.Commands.lmove;
import static dev.fairlead.driver.Commands.lpop;
import static dev.fairlead.driver.Commands.lpos;
import static dev.fairlead.driver.Commands.lrange;
import static dev.fairlead.driver.Commands.lset;
import static dev.fairlead.driver.Commands.match;
import static dev.fairlead.driver.Commands.mget;
import static dev.fairlead.driver.Commands.mset;
import static dev.fairlead.driver.Commands.ping;
import static dev.fairlead.driver.Commands.publish;
import static dev.fairlead.driver.Commands.rename;
import static dev.fairlead.driver.Commands.rpush;
import static dev.fairlead.driver.Commands.sadd;
import static dev.fairlead.driver.Commands.scan;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.setBit;
import static dev.fairlead.driver.Commands.setGet;
import static dev.fairlead.driver.Commands.sinterCard;
import static dev.fairlead.driver.Commands.smembers;
import static dev.fairlead.driver.Commands.smisMember;
import static dev.fairlead.driver.Commands.sscan;
import static dev.fairlead.driver.Commands.ttl;
import static dev.fairlead.driver.Commands.zadd;
import static dev.fairlead.driver.Commands.zmscore;
import static dev.fairlead.driver.Commands.zpopMin;
import static dev.fairlead.driver.Commands.zrangeByLex;
import static dev.fairlead.driver.Commands.zrangeByScore;
import static dev.fairlead.driver.Commands.zrangeWithScores;
import static dev.fairlead.driver.Commands.zrank;
import static dev.fairlead.driver.Commands.zrevRangeByScore;
import static dev.fairlead.driver.Commands.zscan;
import static dev.fairlead.driver.Commands.zscore;
import static dev.fairlead.driver.Commands.zunion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.command.Access;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespFramer;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.resp.RespReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommandsTest {
    /** A command, the words it sends, what it is answered with in RESP2 and in RESP3, and what comes of either. */
    private static Arguments row(Command<?> command, String words, String resp2, String resp3, Object result) {
        return Arguments.of(command, words, List.of(resp2, resp3), result);
    }

    private static Arguments row(Command<?> command, String words, String reply, Object result) {
        return row(command, words, reply, reply, result);
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                row(ping(), "PING", "+PONG;", "PONG"),
                row(dbSize(), "DBSIZE", ":3;", 3L),
                row(flushAll(), "FLUSHALL", "+OK;", null),
                row(publish("c", "m"), "PUBLISH c m", ":2;", 2L),
                row(info("replication"), "INFO replication", "$3;a:1;", "=7;txt:a:1;", "a:1"),
                row(del("a", "b"), "DEL a b", ":1;", 1L),
                row(expire("k", Duration.ofSeconds(90), ExpireCondition.GT), "EXPIRE k 90 GT", ":1;", true),
                row(ttl("k"), "TTL k", ":-2;", -2L),
                row(rename("a", "b"), "RENAME a b", "+OK;", null),
                row(copy("a", "b"), "COPY a b", ":0;", false),
                row(
                        scan("0", match("u:*").count(7)),
                        "SCAN 0 MATCH u:* COUNT 7",
                        "*2;$2;17;*1;$3;u:1;",
                        new ScanPage<>("17", List.of("u:1"))),
                row(get("k"), "GET k", "$-1;", "_;", null),
                row(get("k"), "GET k", "$3;h\u00e9;", "h\u00e9"),
                row(set("k", "v"), "SET k v", "+OK;", true),
                row(
                        set("k", "v", SetOption.ifAbsent(), SetOption.expireIn(Duration.ofMillis(1500))),
                        "SET k v NX PX 1500",
                        "$-1;",
                        "_;",
                        false),
                row(set("k", "v", SetOption.expireAt(Instant.ofEpochMilli(12345))), "SET k v PXAT 12345", "+OK;", true),
                row(setGet("k", "v", SetOption.keepTtl()), "SET k v KEEPTTL GET", "$3;old;", "old"),
                row(getEx("k", Duration.ofSeconds(1)), "GETEX k PX 1000", "$1;v;", "v"),
                row(append("k", "v"), "APPEND k v", ":5;", 5L),
                row(incrByFloat("k", 0.5), "INCRBYFLOAT k 0.5", "$4;10.5;", 10.5),
                row(mget("a", "b"), "MGET a b", "*2;$1;1;$-1;", "*2;$1;1;_;", Arrays.asList("1", null)),
                row(mset(Map.of("a", "1")), "MSET a 1", "+OK;", null),
                row(setBit("k", 7, true), "SETBIT k 7 1", ":0;", false),
                row(hget("h", "f"), "HGET h f", "$1;v;", "v"),
                row(hset("h", Map.of("f", "v")), "HSET h f v", ":1;", 1L),
                row(hgetAll("h"), "HGETALL h", "*2;$1;f;$1;v;", "%1;$1;f;$1;v;", Map.of("f", "v")),
                row(hgetAll("h"), "HGETALL h", "*0;", "%0;", Map.of()),
                row(hincrByFloat("h", "f", -1), "HINCRBYFLOAT h f -1", "$3;2.5;", 2.5),
                row(
                        hrandFieldWithValues("h", 2),
                        "HRANDFIELD h 2 WITHVALUES",
                        "*2;$1;f;$1;v;",
                        "*1;*2;$1;f;$1;v;",
                        List.of(Map.entry("f", "v"))),
                row(
                        hscan("h", "0", ScanOptions.ALL),
                        "HSCAN h 0",
                        "*2;$1;0;*2;$1;f;$1;v;",
                        new ScanPage<>("0", List.of(Map.entry("f", "v")))),
                row(rpush("l", "a", "b"), "RPUSH l a b", ":2;", 2L),
                row(lpop("l", 3), "LPOP l 3", "*-1;", "_;", List.of()),
                row(lpop("l", 3), "LPOP l 3", "*1;$1;a;", List.of("a")),
                row(lset("l", 0, "x"), "LSET l 0 x", "+OK;", null),
                row(lrange("l", 0, -1), "LRANGE l 0 -1", "*2;$1;a;$1;b;", List.of("a", "b")),
                row(lpos("l", "a"), "LPOS l a", "$-1;", "_;", null),
                row(linsertAfter("l", "a", "b"), "LINSERT l AFTER a b", ":-1;", -1L),
                row(lmove("a", "b", ListEnd.LEFT, ListEnd.RIGHT), "LMOVE a b LEFT RIGHT", "$1;x;", "x"),
                row(smembers("s"), "SMEMBERS s", "*2;$1;a;$1;b;", "~2;$1;a;$1;b;", Set.of("a", "b")),
                row(smisMember("s", "a", "b"), "SMISMEMBER s a b", "*2;:1;:0;", List.of(true, false)),
                row(sinterCard("a", "b"), "SINTERCARD 2 a b", ":1;", 1L),
                row(sscan("s", "5", ScanOptions.ALL), "SSCAN s 5", "*2;$1;0;*0;", new ScanPage<>("0", List.of())),
                row(zadd("z", 1.5, "m"), "ZADD z 1.5 m", ":1;", 1L),
                row(
                        zadd("z", Map.of("m", Double.POSITIVE_INFINITY), ZaddOption.XX, ZaddOption.CH),
                        "ZADD z XX CH +inf m",
                        ":1;",
                        1L),
                row(zscore("z", "m"), "ZSCORE z m", "$3;1.5;", ",1.5;", 1.5),
                row(zscore("z", "m"), "ZSCORE z m", "$-1;", "_;", null),
                row(zmscore("z", "a", "b"), "ZMSCORE z a b", "*2;$1;1;$-1;", "*2;,1;_;", Arrays.asList(1.0, null)),
                row(zrank("z", "m"), "ZRANK z m", "$-1;", "_;", null),
                row(
                        zrangeWithScores("z", 0, -1),
                        "ZRANGE z 0 -1 WITHSCORES",
                        "*4;$1;a;$1;1;$1;b;$3;2.5;",
                        "*2;*2;$1;a;,1;*2;$1;b;,2.5;",
                        List.of(new ScoredMember("a", 1), new ScoredMember("b", 2.5))),
                row(
                        zrangeByScore("z", ScoreRange.open(1, 5), 2, 3),
                        "ZRANGEBYSCORE z (1 (5 WITHSCORES LIMIT 2 3",
                        "*0;",
                        List.of()),
                row(
                        zrevRangeByScore("z", ScoreRange.atLeast(3)),
                        "ZREVRANGEBYSCORE z +inf 3 WITHSCORES",
                        "*2;$1;a;$1;4;",
                        "*1;*2;$1;a;,4;",
                        List.of(new ScoredMember("a", 4))),
                row(zrangeByLex("z", LexRange.closedOpen("a", "c")), "ZRANGEBYLEX z [a (c", "*1;$1;b;", List.of("b")),
                row(zpopMin("z"), "ZPOPMIN z", "*2;$1;a;$1;1;", "*2;$1;a;,1;", new ScoredMember("a", 1)),
                row(zpopMin("z"), "ZPOPMIN z", "*0;", null),
                row(
                        zunion("a", "b"),
                        "ZUNION 2 a b WITHSCORES",
                        "*2;$1;m;$3;inf;",
                        "*1;*2;$1;m;,inf;",
                        List.of(new ScoredMember("m", Double.POSITIVE_INFINITY))),
                row(
                        zscan("z", "0", ScanOptions.ALL),
                        "ZSCAN z 0",
                        "*2;$1;0;*2;$1;m;$1;2;",
                        new ScanPage<>("0", List.of(new ScoredMember("m", 2)))));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("rows")
    void sendsTheseWordsAndDecodesBothProtocols(Command<?> command, String words, List<String> replies, Object result) {
        assertThat(words(command)).isEqualTo(words);
        for (String reply : replies) {
            assertThat((Object) command.decode(reader(reply))).as(reply).isEqualTo(result);
        }
    }

    private static String words(Command<?> command) {
        return String.join(" ", text(command.argv()));
    }

    private static RespReader reader(String reply) {
        ByteBuf in = Unpooled.copiedBuffer(reply.replace(";", "\r\n"), StandardCharsets.UTF_8);
        int length = new RespFramer(RespLimits.DEFAULT).next(in);
        assertThat(length).as(reply).isEqualTo(in.readableBytes());
        return new RespReader().reset(in, length);
    }

    @Test
    void aGenericCommandTakesTextBytesAndNumbers() {
        Command<Reply> command = Command.of("set", "k", new byte[] {'v'}, "px", 1500, 2L, 0.5);
        assertThat(words(command)).isEqualTo("set k v px 1500 2 0.5");
        assertThat(command.name()).isEqualTo("SET");
        assertThat(Command.of("config", "get", "port").name()).isEqualTo("CONFIG GET");
        assertThat(Command.of(RespReader::readBytes, "GET", "k").decode(reader("$2;ab;")))
                .isEqualTo(new byte[] {'a', 'b'});
        assertThatThrownBy(() -> Command.of("GET", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argument 1 of GET");
        assertThatThrownBy(() -> Command.of("SET", "k", null)).hasMessageContaining("argument 2 of SET is null");
        assertThatThrownBy(() -> Command.of(" ")).hasMessageContaining("needs a name");
    }

    @Test
    void anUnknownCommandIsTakenForAWrite() {
        assertThat(Command.of("NEW.FANGLED", "k").access()).isEqualTo(Access.WRITE);
    }

    @Test
    void aScriptIsReadOnlyWhenItsCallerSaysSo() {
        Command<Reply> script = Command.of("EVAL", "return redis.call('GET', KEYS[1])", 1, "k");
        assertThat(script.access()).isEqualTo(Access.WRITE);
        assertThat(script.readOnly().access()).isEqualTo(Access.READ);
        assertThat(script.readOnly().map(Reply::asString).access()).isEqualTo(Access.READ);
        assertThatThrownBy(() -> get("k").readOnly()).hasMessageContaining("not GET");
    }

    @Test
    void printedItShowsNoKeysAndNoValues() {
        assertThat(set("user:secret", "hunter2")).hasToString("SET (1 key)");
        assertThat(mget("a", "b")).hasToString("MGET (2 keys)");
        assertThat(ping()).hasToString("PING");
    }

    @Test
    void argumentsThatNoServerTakesAreRefusedHere() {
        assertThatThrownBy(() -> del()).hasMessage("at least one key is needed");
        assertThatThrownBy(() -> mset(Map.of())).hasMessageContaining("at least one key");
        assertThatThrownBy(() -> get(null)).hasMessageContaining("null cannot be sent");
        assertThatThrownBy(() -> SetOption.expireIn(Duration.ZERO)).hasMessageContaining("at least 1 ms");
        assertThatThrownBy(() -> expire("k", Duration.ofMillis(500))).hasMessageContaining("see pexpire");
        assertThatThrownBy(() -> hscan("h", "0", ScanOptions.ALL.type("hash"))).hasMessageContaining("over keys");
        assertThatThrownBy(() -> zadd("z", Double.NaN, "m")).hasMessageContaining("NaN");
    }

    private record User(String name, int age) {}

    /** As an application brings its own. */
    private static final Codec<User> USER = Codec.ofText(
            user -> "{\"name\":\"" + user.name() + "\",\"age\":" + user.age() + "}",
            text -> new User(text.split("\"")[3], Integer.parseInt(text.replaceAll("\\D", ""))));

    private static final String ADA = "{\"name\":\"Ada\",\"age\":36}";

    @Test
    void aCodecOfTheApplicationsTurnsValuesBothWays() {
        User ada = new User("Ada", 36);
        String bulk = "$" + ADA.length() + ";" + ADA + ";";
        assertThat(words(set("u", USER.encode(ada)))).isEqualTo("SET u " + ADA);
        assertThat(words(hset("h", Map.of("f", USER.encode(ada))))).isEqualTo("HSET h f " + ADA);
        Command<User> one = get("u").as(USER);
        assertThat(words(one)).isEqualTo("GET u");
        assertThat(one.decode(reader(bulk))).isEqualTo(ada);
        assertThat(one.decode(reader("$-1;"))).isNull();
        Command<List<User>> several = mget("u", "none").as(USER);
        assertThat(several.decode(reader("*2;" + bulk + "_;"))).containsExactly(ada, null);
        Command<Set<User>> members = smembers("s").as(USER);
        assertThat(members.decode(reader("~1;" + bulk))).containsExactly(ada);
        Command<Map<String, User>> fields = hgetAll("h").as(USER);
        for (String reply : List.of("%1;$1;f;" + bulk, "*2;$1;f;" + bulk)) {
            assertThat(fields.decode(reader(reply))).containsExactly(Map.entry("f", ada));
        }
        Command<Map.Entry<String, User>> job =
                blpop(Duration.ofSeconds(1), "jobs").as(USER);
        assertThat(job.decode(reader("*2;$4;jobs;" + bulk))).isEqualTo(Map.entry("jobs", ada));
        assertThat(job.decode(reader("*-1;"))).isNull();
    }

    @Test
    void bytesGoAndComeAsTheyAre() {
        byte[] bytes = {0, (byte) 0xff, '\r', '\n'};
        assertThat(set("k", bytes).argv()[2]).isSameAs(bytes);
        ByteBuf in = Unpooled.copiedBuffer(
                Unpooled.copiedBuffer("$4\r\n", StandardCharsets.US_ASCII),
                Unpooled.wrappedBuffer(bytes),
                Unpooled.copiedBuffer("\r\n", StandardCharsets.US_ASCII));
        assertThat(get("k").as(Codec.BYTES).decode(new RespReader().reset(in, in.readableBytes())))
                .containsExactly(bytes);
        assertThat(mget("a", "b").as(Codec.LONG).decode(reader("*2;$2;42;$-1;")))
                .containsExactly(42L, null);
    }

    @Test
    void numbersAreValuesAndWhatIsNoneIsRefused() {
        assertThat(words(set("k", 5))).isEqualTo("SET k 5");
        assertThat(words(sadd("ids", 1, 2L, 2.5))).isEqualTo("SADD ids 1 2 2.5");
        assertThatThrownBy(() -> set("k", new User("Ada", 36)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("argument 2 of SET is a " + User.class.getName())
                .hasMessageContaining("Codec.encode");
        assertThatThrownBy(() -> sadd("k", List.of("a"))).hasMessageContaining("argument 2 of SADD");
        assertThatThrownBy(() -> USER.encode(null)).hasMessageContaining("null cannot be encoded");
    }

    @Test
    void aScriptIsNamedByItsHashAndCarriesItsSource() {
        Script script = Script.of("return 1");
        // By redis-cli: SCRIPT LOAD "return 1".
        assertThat(script.sha1()).isEqualTo("e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
        Command<Long> call = script.call(List.of("k"), "a").map(Reply::asLong);
        assertThat(words(call)).isEqualTo("EVALSHA " + script.sha1() + " 1 k a");
        assertThat(String.join(" ", text(call.argvWithSource()))).isEqualTo("EVAL return 1 1 k a");
        assertThat(call.access()).isEqualTo(Access.WRITE);
        Command<Reply> read = Script.readOnly("return 1").call(List.of("k"));
        assertThat(words(read)).isEqualTo("EVALSHA_RO " + script.sha1() + " 1 k");
        assertThat(text(read.argvWithSource())).startsWith("EVAL_RO", "return 1");
        assertThat(read.access()).isEqualTo(Access.READ);
        assertThat(text(get("k").argvWithSource())).containsExactly("GET", "k");
    }

    private static List<String> text(byte[][] argv) {
        return Arrays.stream(argv)
                .map(word -> new String(word, StandardCharsets.UTF_8))
                .toList();
    }
}
