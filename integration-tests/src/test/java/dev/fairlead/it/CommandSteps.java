package dev.fairlead.it;

import static dev.fairlead.driver.Commands.aclCat;
import static dev.fairlead.driver.Commands.aclDelUser;
import static dev.fairlead.driver.Commands.aclDryRun;
import static dev.fairlead.driver.Commands.aclGenPass;
import static dev.fairlead.driver.Commands.aclGetUser;
import static dev.fairlead.driver.Commands.aclList;
import static dev.fairlead.driver.Commands.aclLog;
import static dev.fairlead.driver.Commands.aclLogReset;
import static dev.fairlead.driver.Commands.aclSetUser;
import static dev.fairlead.driver.Commands.aclUsers;
import static dev.fairlead.driver.Commands.aclWhoAmI;
import static dev.fairlead.driver.Commands.append;
import static dev.fairlead.driver.Commands.bitCount;
import static dev.fairlead.driver.Commands.bitField;
import static dev.fairlead.driver.Commands.bitFieldRo;
import static dev.fairlead.driver.Commands.bitOp;
import static dev.fairlead.driver.Commands.bitPos;
import static dev.fairlead.driver.Commands.blmove;
import static dev.fairlead.driver.Commands.blmpop;
import static dev.fairlead.driver.Commands.blpop;
import static dev.fairlead.driver.Commands.brpop;
import static dev.fairlead.driver.Commands.bzmpop;
import static dev.fairlead.driver.Commands.bzpopMax;
import static dev.fairlead.driver.Commands.bzpopMin;
import static dev.fairlead.driver.Commands.clientGetName;
import static dev.fairlead.driver.Commands.clientId;
import static dev.fairlead.driver.Commands.clientInfo;
import static dev.fairlead.driver.Commands.clientKill;
import static dev.fairlead.driver.Commands.clientList;
import static dev.fairlead.driver.Commands.clientPauseAll;
import static dev.fairlead.driver.Commands.clientPauseWrites;
import static dev.fairlead.driver.Commands.clientUnblock;
import static dev.fairlead.driver.Commands.clientUnpause;
import static dev.fairlead.driver.Commands.commandCount;
import static dev.fairlead.driver.Commands.commandGetKeys;
import static dev.fairlead.driver.Commands.commandGetKeysAndFlags;
import static dev.fairlead.driver.Commands.commandList;
import static dev.fairlead.driver.Commands.configGet;
import static dev.fairlead.driver.Commands.configResetStat;
import static dev.fairlead.driver.Commands.configRewrite;
import static dev.fairlead.driver.Commands.configSet;
import static dev.fairlead.driver.Commands.copy;
import static dev.fairlead.driver.Commands.dbSize;
import static dev.fairlead.driver.Commands.decr;
import static dev.fairlead.driver.Commands.decrBy;
import static dev.fairlead.driver.Commands.del;
import static dev.fairlead.driver.Commands.dump;
import static dev.fairlead.driver.Commands.echo;
import static dev.fairlead.driver.Commands.eval;
import static dev.fairlead.driver.Commands.evalRo;
import static dev.fairlead.driver.Commands.evalSha;
import static dev.fairlead.driver.Commands.evalShaRo;
import static dev.fairlead.driver.Commands.exists;
import static dev.fairlead.driver.Commands.expire;
import static dev.fairlead.driver.Commands.expireAt;
import static dev.fairlead.driver.Commands.expireTime;
import static dev.fairlead.driver.Commands.fcall;
import static dev.fairlead.driver.Commands.fcallRo;
import static dev.fairlead.driver.Commands.flushAll;
import static dev.fairlead.driver.Commands.flushDb;
import static dev.fairlead.driver.Commands.functionDelete;
import static dev.fairlead.driver.Commands.functionDump;
import static dev.fairlead.driver.Commands.functionFlush;
import static dev.fairlead.driver.Commands.functionKill;
import static dev.fairlead.driver.Commands.functionList;
import static dev.fairlead.driver.Commands.functionLoad;
import static dev.fairlead.driver.Commands.functionReplace;
import static dev.fairlead.driver.Commands.functionRestore;
import static dev.fairlead.driver.Commands.geoAdd;
import static dev.fairlead.driver.Commands.geoDist;
import static dev.fairlead.driver.Commands.geoHash;
import static dev.fairlead.driver.Commands.geoPos;
import static dev.fairlead.driver.Commands.geoSearch;
import static dev.fairlead.driver.Commands.geoSearchStore;
import static dev.fairlead.driver.Commands.geoSearchStoreDistances;
import static dev.fairlead.driver.Commands.geoSearchWithPlaces;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.getBit;
import static dev.fairlead.driver.Commands.getDel;
import static dev.fairlead.driver.Commands.getEx;
import static dev.fairlead.driver.Commands.getPersist;
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
import static dev.fairlead.driver.Commands.hrandField;
import static dev.fairlead.driver.Commands.hrandFieldWithValues;
import static dev.fairlead.driver.Commands.hscan;
import static dev.fairlead.driver.Commands.hset;
import static dev.fairlead.driver.Commands.hsetNx;
import static dev.fairlead.driver.Commands.hstrlen;
import static dev.fairlead.driver.Commands.hvals;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.incrBy;
import static dev.fairlead.driver.Commands.incrByFloat;
import static dev.fairlead.driver.Commands.info;
import static dev.fairlead.driver.Commands.keys;
import static dev.fairlead.driver.Commands.lastSave;
import static dev.fairlead.driver.Commands.latencyDoctor;
import static dev.fairlead.driver.Commands.latencyGraph;
import static dev.fairlead.driver.Commands.latencyHistogram;
import static dev.fairlead.driver.Commands.latencyHistory;
import static dev.fairlead.driver.Commands.latencyLatest;
import static dev.fairlead.driver.Commands.latencyReset;
import static dev.fairlead.driver.Commands.lcs;
import static dev.fairlead.driver.Commands.lcsLength;
import static dev.fairlead.driver.Commands.lcsMatches;
import static dev.fairlead.driver.Commands.lindex;
import static dev.fairlead.driver.Commands.linsertAfter;
import static dev.fairlead.driver.Commands.linsertBefore;
import static dev.fairlead.driver.Commands.llen;
import static dev.fairlead.driver.Commands.lmove;
import static dev.fairlead.driver.Commands.lmpop;
import static dev.fairlead.driver.Commands.lpop;
import static dev.fairlead.driver.Commands.lpos;
import static dev.fairlead.driver.Commands.lpush;
import static dev.fairlead.driver.Commands.lpushX;
import static dev.fairlead.driver.Commands.lrange;
import static dev.fairlead.driver.Commands.lrem;
import static dev.fairlead.driver.Commands.lset;
import static dev.fairlead.driver.Commands.ltrim;
import static dev.fairlead.driver.Commands.match;
import static dev.fairlead.driver.Commands.memoryDoctor;
import static dev.fairlead.driver.Commands.memoryMallocStats;
import static dev.fairlead.driver.Commands.memoryPurge;
import static dev.fairlead.driver.Commands.memoryStats;
import static dev.fairlead.driver.Commands.memoryUsage;
import static dev.fairlead.driver.Commands.mget;
import static dev.fairlead.driver.Commands.move;
import static dev.fairlead.driver.Commands.mset;
import static dev.fairlead.driver.Commands.msetNx;
import static dev.fairlead.driver.Commands.objectEncoding;
import static dev.fairlead.driver.Commands.objectFreq;
import static dev.fairlead.driver.Commands.objectIdleTime;
import static dev.fairlead.driver.Commands.objectRefCount;
import static dev.fairlead.driver.Commands.persist;
import static dev.fairlead.driver.Commands.pexpire;
import static dev.fairlead.driver.Commands.pexpireAt;
import static dev.fairlead.driver.Commands.pexpireTime;
import static dev.fairlead.driver.Commands.pfAdd;
import static dev.fairlead.driver.Commands.pfCount;
import static dev.fairlead.driver.Commands.pfMerge;
import static dev.fairlead.driver.Commands.ping;
import static dev.fairlead.driver.Commands.pttl;
import static dev.fairlead.driver.Commands.publish;
import static dev.fairlead.driver.Commands.pubsubChannels;
import static dev.fairlead.driver.Commands.pubsubNumPat;
import static dev.fairlead.driver.Commands.pubsubNumSub;
import static dev.fairlead.driver.Commands.pubsubShardChannels;
import static dev.fairlead.driver.Commands.pubsubShardNumSub;
import static dev.fairlead.driver.Commands.randomKey;
import static dev.fairlead.driver.Commands.rename;
import static dev.fairlead.driver.Commands.renameNx;
import static dev.fairlead.driver.Commands.restore;
import static dev.fairlead.driver.Commands.rpop;
import static dev.fairlead.driver.Commands.rpush;
import static dev.fairlead.driver.Commands.rpushX;
import static dev.fairlead.driver.Commands.sadd;
import static dev.fairlead.driver.Commands.scan;
import static dev.fairlead.driver.Commands.scard;
import static dev.fairlead.driver.Commands.scriptExists;
import static dev.fairlead.driver.Commands.scriptFlush;
import static dev.fairlead.driver.Commands.scriptKill;
import static dev.fairlead.driver.Commands.scriptLoad;
import static dev.fairlead.driver.Commands.sdiff;
import static dev.fairlead.driver.Commands.sdiffStore;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.setBit;
import static dev.fairlead.driver.Commands.setGet;
import static dev.fairlead.driver.Commands.setNx;
import static dev.fairlead.driver.Commands.setRange;
import static dev.fairlead.driver.Commands.sinter;
import static dev.fairlead.driver.Commands.sinterCard;
import static dev.fairlead.driver.Commands.sinterStore;
import static dev.fairlead.driver.Commands.sisMember;
import static dev.fairlead.driver.Commands.slowlogGet;
import static dev.fairlead.driver.Commands.slowlogLen;
import static dev.fairlead.driver.Commands.slowlogReset;
import static dev.fairlead.driver.Commands.smembers;
import static dev.fairlead.driver.Commands.smisMember;
import static dev.fairlead.driver.Commands.smove;
import static dev.fairlead.driver.Commands.sort;
import static dev.fairlead.driver.Commands.sortRo;
import static dev.fairlead.driver.Commands.sortStore;
import static dev.fairlead.driver.Commands.spop;
import static dev.fairlead.driver.Commands.spublish;
import static dev.fairlead.driver.Commands.srandMember;
import static dev.fairlead.driver.Commands.srem;
import static dev.fairlead.driver.Commands.sscan;
import static dev.fairlead.driver.Commands.strlen;
import static dev.fairlead.driver.Commands.sunion;
import static dev.fairlead.driver.Commands.sunionStore;
import static dev.fairlead.driver.Commands.swapDb;
import static dev.fairlead.driver.Commands.time;
import static dev.fairlead.driver.Commands.touch;
import static dev.fairlead.driver.Commands.ttl;
import static dev.fairlead.driver.Commands.type;
import static dev.fairlead.driver.Commands.unlink;
import static dev.fairlead.driver.Commands.unwatch;
import static dev.fairlead.driver.Commands.waitReplicas;
import static dev.fairlead.driver.Commands.watch;
import static dev.fairlead.driver.Commands.xack;
import static dev.fairlead.driver.Commands.xadd;
import static dev.fairlead.driver.Commands.xautoClaim;
import static dev.fairlead.driver.Commands.xautoClaimJustId;
import static dev.fairlead.driver.Commands.xclaim;
import static dev.fairlead.driver.Commands.xclaimJustId;
import static dev.fairlead.driver.Commands.xdel;
import static dev.fairlead.driver.Commands.xgroupCreate;
import static dev.fairlead.driver.Commands.xgroupCreateConsumer;
import static dev.fairlead.driver.Commands.xgroupDelConsumer;
import static dev.fairlead.driver.Commands.xgroupDestroy;
import static dev.fairlead.driver.Commands.xgroupSetId;
import static dev.fairlead.driver.Commands.xinfoConsumers;
import static dev.fairlead.driver.Commands.xinfoGroups;
import static dev.fairlead.driver.Commands.xinfoStream;
import static dev.fairlead.driver.Commands.xinfoStreamFull;
import static dev.fairlead.driver.Commands.xlen;
import static dev.fairlead.driver.Commands.xpending;
import static dev.fairlead.driver.Commands.xrange;
import static dev.fairlead.driver.Commands.xread;
import static dev.fairlead.driver.Commands.xreadGroup;
import static dev.fairlead.driver.Commands.xrevRange;
import static dev.fairlead.driver.Commands.xsetId;
import static dev.fairlead.driver.Commands.xtrim;
import static dev.fairlead.driver.Commands.zadd;
import static dev.fairlead.driver.Commands.zaddIncr;
import static dev.fairlead.driver.Commands.zcard;
import static dev.fairlead.driver.Commands.zcount;
import static dev.fairlead.driver.Commands.zdiff;
import static dev.fairlead.driver.Commands.zdiffStore;
import static dev.fairlead.driver.Commands.zincrBy;
import static dev.fairlead.driver.Commands.zinter;
import static dev.fairlead.driver.Commands.zinterCard;
import static dev.fairlead.driver.Commands.zinterStore;
import static dev.fairlead.driver.Commands.zlexCount;
import static dev.fairlead.driver.Commands.zmpop;
import static dev.fairlead.driver.Commands.zmscore;
import static dev.fairlead.driver.Commands.zpopMax;
import static dev.fairlead.driver.Commands.zpopMin;
import static dev.fairlead.driver.Commands.zrandMember;
import static dev.fairlead.driver.Commands.zrandMemberWithScores;
import static dev.fairlead.driver.Commands.zrange;
import static dev.fairlead.driver.Commands.zrangeByLex;
import static dev.fairlead.driver.Commands.zrangeByScore;
import static dev.fairlead.driver.Commands.zrangeStore;
import static dev.fairlead.driver.Commands.zrangeWithScores;
import static dev.fairlead.driver.Commands.zrank;
import static dev.fairlead.driver.Commands.zrem;
import static dev.fairlead.driver.Commands.zremRangeByLex;
import static dev.fairlead.driver.Commands.zremRangeByRank;
import static dev.fairlead.driver.Commands.zremRangeByScore;
import static dev.fairlead.driver.Commands.zrevRange;
import static dev.fairlead.driver.Commands.zrevRangeByLex;
import static dev.fairlead.driver.Commands.zrevRangeByScore;
import static dev.fairlead.driver.Commands.zrevRangeWithScores;
import static dev.fairlead.driver.Commands.zrevRank;
import static dev.fairlead.driver.Commands.zscan;
import static dev.fairlead.driver.Commands.zscore;
import static dev.fairlead.driver.Commands.zunion;
import static dev.fairlead.driver.Commands.zunionStore;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fairlead.driver.BitField;
import dev.fairlead.driver.BitOperation;
import dev.fairlead.driver.BitRange;
import dev.fairlead.driver.ClientFilter;
import dev.fairlead.driver.Codec;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.CopyOption;
import dev.fairlead.driver.ExpireCondition;
import dev.fairlead.driver.FunctionLibrary;
import dev.fairlead.driver.FunctionRestore;
import dev.fairlead.driver.GeoMatch;
import dev.fairlead.driver.GeoPoint;
import dev.fairlead.driver.GeoSearch;
import dev.fairlead.driver.GeoUnit;
import dev.fairlead.driver.LatencyEvent;
import dev.fairlead.driver.LcsMatches;
import dev.fairlead.driver.LexRange;
import dev.fairlead.driver.ListEnd;
import dev.fairlead.driver.LposOptions;
import dev.fairlead.driver.PendingEntry;
import dev.fairlead.driver.PendingQuery;
import dev.fairlead.driver.PendingSummary;
import dev.fairlead.driver.RangeQuery;
import dev.fairlead.driver.RestoreOptions;
import dev.fairlead.driver.ScanOptions;
import dev.fairlead.driver.ScanPage;
import dev.fairlead.driver.ScoreEnd;
import dev.fairlead.driver.ScoreMix;
import dev.fairlead.driver.ScoreRange;
import dev.fairlead.driver.ScoredMember;
import dev.fairlead.driver.ServerErrorException;
import dev.fairlead.driver.SetOption;
import dev.fairlead.driver.SlowCommand;
import dev.fairlead.driver.SortOptions;
import dev.fairlead.driver.StreamConsumer;
import dev.fairlead.driver.StreamEntry;
import dev.fairlead.driver.StreamGroup;
import dev.fairlead.driver.StreamRead;
import dev.fairlead.driver.StreamTrim;
import dev.fairlead.driver.XaddOptions;
import dev.fairlead.driver.XclaimOption;
import dev.fairlead.driver.XgroupOption;
import dev.fairlead.driver.ZaddOption;
import dev.fairlead.resp.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Typed commands with what a Redis 7.0 makes of them, in an order in which each finds what those before it left. Every family has keys of
 * its own.
 */
final class CommandSteps {
    private final List<Step<?>> steps = new ArrayList<>();

    /** What a Redis 7.0 dumps of the string "dumped", and of the library {@link #LIBRARY}. */
    private static final byte[] DUMP = HexFormat.of().parseHex("000664756d7065640a00dc4a84cd9a91ece2");

    private static final byte[] LIBRARY_DUMP = HexFormat.of()
            .parseHex(
                    "f5c3406940721f23216c7561206e616d653d6c69620a72656469732e72656769737465725f6675066e6374696f6e7bc008005f60290f226f6e65222c"
                            + "2063616c6c6261636b3dc01d1f28292072657475726e203120656e642c20666c6167733d7b226e6f2d77726974046573227d7d0a0067ac1b7b6ef55506");

    private static final String LIBRARY = """
            #!lua name=lib
            redis.register_function{function_name="one", callback=function() return 1 end, flags={"no-writes"}}""";

    private CommandSteps() {}

    interface Asker {
        <T> T ask(Command<T> command);
    }

    /**
     * @param needs commands that made what this one finds, by their names in the table: without them it makes no sense
     */
    record Step<T>(Command<T> command, Consumer<? super T> check, String refusal, Set<String> needs) {
        void run(Asker asker) {
            if (refusal == null) {
                check.accept(asker.ask(command));
            } else {
                assertThatThrownBy(() -> asker.ask(command))
                        .isInstanceOf(ServerErrorException.class)
                        .hasMessageContaining(refusal);
            }
        }
    }

    static List<Step<?>> all() {
        CommandSteps all = new CommandSteps();
        all.strings();
        all.bitmaps();
        all.anyKeys();
        all.hashes();
        all.lists();
        all.sets();
        all.sortedSets();
        all.sortedSetRanges();
        all.sortedSetAlgebra();
        all.streams();
        all.groups();
        all.geo();
        all.hyperLogLogs();
        all.scripts();
        all.functions();
        all.published();
        all.connections();
        all.users();
        all.diagnostics();
        all.server();
        return all.steps;
    }

    private <T> void gives(Command<T> command, T expected, String... needs) {
        that(command, result -> assertThat((Object) result).isEqualTo(expected), needs);
    }

    private <T> void that(Command<T> command, Consumer<? super T> check, String... needs) {
        steps.add(new Step<>(command, check, null, Set.of(needs)));
    }

    private void refused(Command<?> command, String message, String... needs) {
        steps.add(new Step<>(command, result -> {}, message, Set.of(needs)));
    }

    private void strings() {
        gives(set("s", "Grüße ❤"), true);
        gives(get("s"), "Grüße ❤");
        gives(get("none"), null);
        gives(set("s", "x", SetOption.ifAbsent()), false);
        gives(setGet("s", "new", SetOption.expireIn(ofSeconds(100))), "Grüße ❤");
        gives(setNx("s", "x"), false);
        gives(getEx("s", ofSeconds(50)), "new");
        gives(getEx("s", Instant.ofEpochMilli(4_000_000_000_000L)), "new");
        gives(pexpireTime("s"), 4_000_000_000_000L);
        gives(expireTime("s"), 4_000_000_000L);
        gives(getPersist("s"), "new");
        gives(ttl("s"), -1L);
        gives(getDel("s"), "new");
        gives(getDel("s"), null);
        gives(set("raw", new byte[] {0, (byte) 0xff, 10}), true);
        that(get("raw").as(Codec.BYTES), bytes -> assertThat(bytes).containsExactly(0, 0xff, 10));
        gives(incr("n"), 1L);
        gives(incrBy("n", 41), 42L);
        gives(get("n").as(Codec.LONG), 42L);
        gives(decr("n"), 41L);
        gives(decrBy("n", 2), 39L);
        gives(incrByFloat("f", 2.5), 2.5);
        refused(incr("raw"), "not an integer");
        gives(append("a", "ohmytext"), 8L);
        gives(strlen("a"), 8L);
        gives(getRange("a", 2, -5), "my");
        gives(setRange("a", 0, "OH"), 8L);
        gives(mset(Map.of("m1", 1)), null);
        gives(mget("m1", "none"), Arrays.asList("1", null));
        gives(mget("m1", "none").as(Codec.LONG), Arrays.asList(1L, null));
        gives(msetNx(Map.of("m1", "2")), false);
        gives(mset(Map.of("l1", "ohmytext", "l2", "mynewtext")), null);
        gives(lcs("l1", "l2"), "mytext");
        gives(lcsLength("l1", "l2"), 6L);
        gives(
                lcsMatches("l1", "l2", 0),
                new LcsMatches(6, List.of(new LcsMatches.Match(4, 5, 4), new LcsMatches.Match(2, 0, 2))));
        gives(lcsMatches("l1", "none", 0), new LcsMatches(0, List.of()));
    }

    private void bitmaps() {
        gives(setBit("b", 7, true), false);
        gives(getBit("b", 7), true);
        gives(set("b", "foobar"), true);
        gives(bitCount("b"), 26L);
        gives(bitCount("b", BitRange.bytes(1, 1)), 6L);
        gives(bitCount("b", BitRange.bits(5, 30)), 17L);
        gives(bitPos("b", true), 1L);
        gives(bitPos("b", true, BitRange.bytes(2, -1)), 17L);
        gives(bitPos("none", true), -1L);
        gives(bitOp(BitOperation.NOT, "b2", "b"), 6L);
        gives(bitOp(BitOperation.AND, "b3", "b", "b2"), 6L);
        gives(bitCount("b3"), 0L);
        gives(
                bitField(
                        "bf",
                        BitField.set("u8", 0, 250),
                        BitField.incrBy("u8", 0, 10).onOverflow(BitField.Overflow.FAIL),
                        BitField.incrBy("u8", 0, 10).onOverflow(BitField.Overflow.SAT),
                        BitField.incrBy("u8", 0, 1),
                        BitField.set("i4", 0, -3).at(2),
                        BitField.get("i4", 8)),
                Arrays.asList(0L, null, 255L, 0L, 0L, -3L));
        gives(bitFieldRo("bf", BitField.get("u8", 0), BitField.get("i4", 0).at(2)), List.of(0L, -3L), "bitfield");
    }

    private void anyKeys() {
        gives(set("k", "v"), true);
        gives(exists("k", "k", "none"), 2L);
        gives(touch("k", "none"), 1L);
        gives(type("k"), "string");
        gives(type("none"), "none");
        gives(expire("k", ofSeconds(100)), true);
        gives(expire("k", ofSeconds(50), ExpireCondition.GT), false);
        gives(pexpire("k", ofMillis(90_500)), true);
        that(ttl("k"), seconds -> assertThat(seconds).isBetween(60L, 91L));
        that(pttl("k"), millis -> assertThat(millis).isBetween(60_000L, 90_500L));
        gives(expireAt("k", Instant.ofEpochSecond(4_000_000_000L)), true);
        gives(pexpireAt("k", Instant.ofEpochMilli(4_000_000_000_123L)), true);
        gives(pexpireTime("k"), 4_000_000_000_123L);
        gives(persist("k"), true);
        gives(pttl("none"), -2L);
        gives(copy("k", "k2"), true);
        gives(copy("k", "k2"), false);
        gives(copy("k", "k2", CopyOption.replace()), true);
        gives(copy("k", "k2", CopyOption.toDatabase(1)), true);
        gives(rename("k2", "k3"), null);
        refused(rename("none", "k3"), "no such key");
        gives(renameNx("k", "k3"), false);
        gives(move("k3", 2), true);
        gives(move("k3", 2), false);
        gives(unlink("k", "none"), 1L);
        gives(del("m1", "none"), 1L);
        gives(set("d", "dumped"), true);
        that(dump("d"), bytes -> assertThat(bytes).containsExactly(DUMP));
        gives(dump("none"), null);
        gives(restore("d2", DUMP, RestoreOptions.DEFAULTS.expireIn(ofSeconds(100))), null);
        that(ttl("d2"), seconds -> assertThat(seconds).isBetween(60L, 100L));
        refused(restore("d2", DUMP, RestoreOptions.DEFAULTS), "BUSYKEY");
        Instant later = Instant.ofEpochMilli(4_000_000_000_000L);
        gives(restore("d2", DUMP, RestoreOptions.DEFAULTS.overwriting().expireAt(later)), null);
        gives(pexpireTime("d2"), later.toEpochMilli());
        gives(get("d2"), "dumped");
        gives(objectEncoding("d"), "embstr");
        gives(objectEncoding("none"), null);
        gives(objectRefCount("d"), 1L);
        that(objectIdleTime("d"), seconds -> assertThat(seconds).isBetween(0L, 100L));
        refused(objectFreq("d"), "LFU");
        gives(rpush("so", "3", "1", "2"), 3L);
        gives(mset(Map.of("w_1", "30", "w_2", "20", "w_3", "10", "o_1", "eins")), null);
        gives(sort("so", SortOptions.NUMERIC), List.of("1", "2", "3"));
        gives(sort("so", SortOptions.NUMERIC.by("w_*").descending().limit(0, 2)), List.of("1", "2"));
        gives(
                sortRo("so", SortOptions.ALPHABETIC.get("#").get("o_*")),
                Arrays.asList("1", "eins", "2", null, "3", null));
        gives(sortStore("so", "so2", SortOptions.NUMERIC), 3L);
        that(randomKey(), key -> assertThat(key).isNotEmpty());
        that(keys("w_*"), found -> assertThat(found).containsExactlyInAnyOrder("w_1", "w_2", "w_3"));
        that(scan("0", match("w_*").count(1000)), page -> {
            assertThat(page.isLast()).isTrue();
            assertThat(page.items()).containsExactlyInAnyOrder("w_1", "w_2", "w_3");
        });
        gives(scan("0", match("so").count(1000).type("list")), new ScanPage<>("0", List.of("so")));
        gives(watch("k"), null);
        gives(unwatch(), null);
    }

    private void hashes() {
        gives(hset("h", "f", "v"), 1L);
        gives(hset("h", Map.of("n", 1)), 1L);
        gives(hsetNx("h", "f", "x"), false);
        gives(hget("h", "f"), "v");
        gives(hget("h", "none"), null);
        gives(hmget("h", "n", "none"), Arrays.asList("1", null));
        gives(hgetAll("h"), Map.of("f", "v", "n", "1"));
        that(hgetAll("h").as(Codec.BYTES), fields -> assertThat(fields.get("f")).containsExactly('v'));
        gives(hgetAll("none"), Map.of());
        gives(hkeys("h"), List.of("f", "n"));
        gives(hvals("h"), List.of("v", "1"));
        gives(hlen("h"), 2L);
        gives(hexists("h", "f"), true);
        gives(hstrlen("h", "f"), 1L);
        gives(hincrBy("h", "n", 2), 3L);
        gives(hincrByFloat("h", "x", 0.5), 0.5);
        gives(hdel("h", "x", "none"), 1L);
        gives(hscan("h", "0", ScanOptions.ALL), new ScanPage<>("0", List.of(Map.entry("f", "v"), Map.entry("n", "3"))));
        gives(hdel("h", "n"), 1L);
        gives(hrandField("h"), "f");
        gives(hrandField("h", -2), List.of("f", "f"));
        gives(hrandField("none", 2), List.of());
        gives(hrandFieldWithValues("h", 5), List.of(Map.entry("f", "v")));
    }

    private void lists() {
        gives(rpush("l", "b", "c"), 2L);
        gives(lpush("l", "a"), 3L);
        gives(lpushX("none", "a"), 0L);
        gives(rpushX("l", "b"), 4L);
        gives(lrange("l", 0, -1), List.of("a", "b", "c", "b"));
        gives(llen("l"), 4L);
        gives(lindex("l", -1), "b");
        gives(lindex("l", 9), null);
        gives(lpos("l", "b"), 1L);
        gives(lpos("l", "none"), null);
        gives(lpos("l", "b", LposOptions.fromRank(-1)), 3L);
        gives(lpos("l", "b", LposOptions.ALL, 0), List.of(1L, 3L));
        gives(lpos("l", "none", new LposOptions(1, 2), 0), List.of());
        gives(lset("l", 2, "C"), null);
        gives(linsertBefore("l", "C", "x"), 5L);
        gives(linsertAfter("l", "none", "x"), -1L);
        gives(lrem("l", 0, "b"), 2L);
        gives(lmove("l", "l3", ListEnd.RIGHT, ListEnd.LEFT), "C");
        gives(lmove("none", "l3", ListEnd.RIGHT, ListEnd.LEFT), null);
        gives(lpop("l"), "a");
        gives(rpop("l", 5), List.of("x"));
        gives(lpop("l"), null);
        gives(lpop("l", 2), List.of());
        gives(rpop("l"), null);
        gives(rpush("l", "1", "2", "3", "4"), 4L);
        gives(ltrim("l", 0, 2), null);
        gives(lmpop(ListEnd.LEFT, 2, "none", "l"), Map.entry("l", List.of("1", "2")));
        gives(lmpop(ListEnd.LEFT, 2, "none"), null);
        gives(blpop(ofMillis(1), "none"), null);
        gives(blpop(ofSeconds(1), "none", "l"), Map.entry("l", "3"));
        gives(rpush("l", "1", "2", "3"), 3L);
        gives(brpop(ofSeconds(1), "l").as(Codec.LONG), Map.entry("l", 3L));
        gives(blmove("l", "l3", ListEnd.LEFT, ListEnd.RIGHT, ofSeconds(1)), "1");
        gives(blmpop(ofSeconds(1), ListEnd.RIGHT, 5, "l"), Map.entry("l", List.of("2")));
        gives(blmpop(ofMillis(1), ListEnd.RIGHT, 5, "l"), null);
    }

    private void sets() {
        gives(sadd("t1", "a", "b"), 2L);
        gives(sadd("t2", "b", "c"), 2L);
        gives(smembers("t1"), Set.of("a", "b"));
        gives(smembers("none"), Set.of());
        gives(sisMember("t1", "a"), true);
        gives(smisMember("t1", "a", "z"), List.of(true, false));
        gives(scard("t1"), 2L);
        gives(sinter("t1", "t2"), Set.of("b"));
        gives(sunion("t1", "t2"), Set.of("a", "b", "c"));
        gives(sdiff("t1", "t2"), Set.of("a"));
        gives(sinterStore("t3", "t1", "t2"), 1L);
        gives(sunionStore("t3", "t1", "t2"), 3L);
        gives(sdiffStore("t4", "t1", "t2"), 1L);
        gives(sinterCard("t1", "t3"), 2L);
        gives(sinterCard(1, "t1", "t3"), 1L);
        gives(sscan("t4", "0", ScanOptions.ALL), new ScanPage<>("0", List.of("a")));
        gives(srandMember("t4"), "a");
        gives(srandMember("t4", -2), List.of("a", "a"));
        gives(srandMember("none"), null);
        gives(smove("t4", "t5", "a"), true);
        gives(srem("t1", "a", "none"), 1L);
        gives(spop("t1"), "b");
        gives(spop("t1"), null);
        gives(spop("t5", 3), Set.of("a"));
        gives(sadd("t6", 1, 2), 2L);
        gives(smembers("t6").as(Codec.LONG), Set.of(1L, 2L));
    }

    private void sortedSets() {
        gives(zadd("z", 1.5, "a"), 1L);
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("b", 2.0);
        more.put("c", Double.POSITIVE_INFINITY);
        gives(zadd("z", more), 2L);
        gives(zadd("z", Map.of("a", 1.25), ZaddOption.XX, ZaddOption.CH, ZaddOption.LT), 1L);
        gives(zaddIncr("z", 0.5, "a"), 1.75);
        gives(zaddIncr("z", 1, "a", ZaddOption.NX), null);
        gives(zincrBy("z", 0.25, "a"), 2.0);
        gives(zscore("z", "c"), Double.POSITIVE_INFINITY);
        gives(zscore("z", "none"), null);
        gives(zmscore("z", "b", "none"), Arrays.asList(2.0, null));
        gives(zrank("z", "b"), 1L);
        gives(zrank("z", "none"), null);
        gives(zrevRank("z", "b"), 1L);
        gives(zcard("z"), 3L);
        gives(
                zscan("z", "0", ScanOptions.ALL),
                new ScanPage<>(
                        "0",
                        List.of(
                                new ScoredMember("a", 2),
                                new ScoredMember("b", 2),
                                new ScoredMember("c", Double.POSITIVE_INFINITY))));
        gives(zrem("z", "c", "none"), 1L);
        gives(zpopMin("z"), new ScoredMember("a", 2));
        gives(zpopMax("z", 5), List.of(new ScoredMember("b", 2)));
        gives(zpopMax("z"), null);
        gives(zpopMin("z", 2), List.of());
        gives(zadd("z", more), 2L);
        gives(
                zmpop(ScoreEnd.MAX, 1, "none", "z"),
                Map.entry("z", List.of(new ScoredMember("c", Double.POSITIVE_INFINITY))));
        gives(zmpop(ScoreEnd.MIN, 1, "none"), null);
        gives(bzmpop(ofSeconds(1), ScoreEnd.MIN, 2, "none", "z"), Map.entry("z", List.of(new ScoredMember("b", 2))));
        gives(bzmpop(ofMillis(1), ScoreEnd.MIN, 2, "z"), null);
        gives(zadd("z", more), 2L);
        gives(bzpopMin(ofSeconds(1), "z"), Map.entry("z", new ScoredMember("b", 2)));
        gives(bzpopMax(ofSeconds(1), "z"), Map.entry("z", new ScoredMember("c", Double.POSITIVE_INFINITY)));
        gives(bzpopMin(ofMillis(1), "z"), null);
        gives(zrandMember("z"), null);
        gives(zadd("z", 1, "m"), 1L);
        gives(zrandMember("z"), "m");
        gives(zrandMember("z", 3), List.of("m"));
        gives(zrandMemberWithScores("z", -2), List.of(new ScoredMember("m", 1), new ScoredMember("m", 1)));
    }

    private void sortedSetRanges() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("a", 1.0);
        scores.put("b", 2.0);
        scores.put("c", 3.0);
        gives(zadd("r", scores), 3L);
        gives(zadd("x", Map.of("a", 0.0, "b", 0.0, "c", 0.0)), 3L);
        ScoredMember a = new ScoredMember("a", 1);
        ScoredMember b = new ScoredMember("b", 2);
        ScoredMember c = new ScoredMember("c", 3);
        gives(zrange("r", 0, 1), List.of("a", "b"));
        gives(zrangeWithScores("r", 0, 1), List.of(a, b));
        gives(zrangeWithScores("none", 0, 1), List.of());
        gives(zrevRange("r", 0, 1), List.of("c", "b"));
        gives(zrevRangeWithScores("r", 0, 1), List.of(c, b));
        gives(zrangeByScore("r", ScoreRange.greaterThan(1)), List.of(b, c));
        gives(zrangeByScore("r", ScoreRange.ALL, 1, 1), List.of(b));
        gives(zrevRangeByScore("r", ScoreRange.atMost(2)), List.of(b, a));
        gives(zrangeByLex("x", LexRange.closedOpen("a", "c")), List.of("a", "b"));
        gives(zrangeByLex("x", LexRange.ALL, 1, 1), List.of("b"));
        gives(zrevRangeByLex("x", LexRange.atLeast("b")), List.of("c", "b"));
        gives(zcount("r", ScoreRange.closed(2, 3)), 2L);
        gives(zlexCount("x", LexRange.lessThan("c")), 2L);
        gives(zrange("r", RangeQuery.byRank(0, 1).reversed()), List.of("c", "b"));
        gives(zrange("r", RangeQuery.byScore(ScoreRange.atLeast(2)).reversed().limit(1, 5)), List.of("b"));
        gives(zrange("x", RangeQuery.byLex(LexRange.lessThan("c"))), List.of("a", "b"));
        gives(zrangeWithScores("r", RangeQuery.byScore(ScoreRange.closed(1, 2))), List.of(a, b));
        gives(zrangeStore("r2", "r", RangeQuery.byScore(ScoreRange.atLeast(2))), 2L);
        gives(zrangeWithScores("r2", 0, -1), List.of(b, c));
        gives(zremRangeByRank("r2", 0, 0), 1L);
        gives(zremRangeByScore("r2", ScoreRange.ALL), 1L);
        gives(zremRangeByLex("x", LexRange.closed("a", "b")), 2L);
    }

    private void sortedSetAlgebra() {
        gives(zadd("u1", Map.of("m", 1.0)), 1L);
        gives(zadd("u2", Map.of("m", 5.0, "n", 2.0)), 2L);
        gives(zunion("u1", "u2"), List.of(new ScoredMember("n", 2), new ScoredMember("m", 6)));
        gives(
                zunion(ScoreMix.MAX.weights(10, 1), "u1", "u2"),
                List.of(new ScoredMember("n", 2), new ScoredMember("m", 10)));
        gives(zinter("u1", "u2"), List.of(new ScoredMember("m", 6)));
        gives(zinter(ScoreMix.MIN, "u1", "u2"), List.of(new ScoredMember("m", 1)));
        gives(zdiff("u2", "u1"), List.of(new ScoredMember("n", 2)));
        gives(zunionStore("u3", "u1", "u2"), 2L);
        gives(zunionStore(ScoreMix.SUM.weights(2, 1), "u3", "u1", "u2"), 2L);
        gives(zscore("u3", "m"), 7.0);
        gives(zinterStore("u3", "u1", "u2"), 1L);
        gives(zinterStore(ScoreMix.MIN, "u3", "u1", "u2"), 1L);
        gives(zscore("u3", "m"), 1.0);
        gives(zdiffStore("u3", "u2", "u1"), 1L);
        gives(zinterCard("u1", "u2"), 1L);
        gives(zinterCard(1, "u2", "u2"), 1L);
    }

    private static StreamEntry entry(String id, String field, String value) {
        return StreamEntry.of(id, Map.of(field, value));
    }

    private void streams() {
        gives(xadd("st", Map.of("f", "1"), XaddOptions.DEFAULTS.id("1-1")), "1-1");
        gives(xadd("st", Map.of("f", 2), XaddOptions.DEFAULTS.id("2-1")), "2-1");
        gives(xadd("st", Map.of("f", new byte[] {(byte) 0xff}), XaddOptions.DEFAULTS.id("3-1")), "3-1");
        that(xadd("st2", Map.of("f", "v")), id -> assertThat(id).matches("\\d+-\\d+"));
        gives(xadd("none", Map.of("f", "v"), XaddOptions.DEFAULTS.ifPresent()), null);
        gives(xlen("st"), 3L);
        gives(xrange("st", "-", "(3-1"), List.of(entry("1-1", "f", "1"), entry("2-1", "f", "2")));
        gives(xrange("st", "-", "+", 1), List.of(entry("1-1", "f", "1")));
        gives(xrange("none", "-", "+"), List.of());
        that(xrevRange("st", "+", "3"), entries -> assertThat(entries.get(0).get("f", Codec.BYTES))
                .containsExactly(0xff));
        gives(xrevRange("st", "2", "-", 1), List.of(entry("2-1", "f", "2")));
        gives(xread(Map.of("st", "2")).map(streams -> streams.get("st").size()), 2);
        gives(xread(StreamRead.DEFAULTS.count(1), Map.of("st", "0")), Map.of("st", List.of(entry("1-1", "f", "1"))));
        gives(xread(Map.of("st", "9")), Map.of());
        gives(xread(StreamRead.DEFAULTS.block(ofMillis(1)), Map.of("st", "$")), Map.of());
        that(xinfoStream("st"), info -> {
            assertThat(info.length()).isEqualTo(3);
            assertThat(info.lastId()).isEqualTo("3-1");
            assertThat(info.entriesAdded()).isEqualTo(3);
            assertThat(info.maxDeletedId()).isEqualTo("0-0");
            assertThat(info.groups()).isZero();
            assertThat(info.first()).isEqualTo(entry("1-1", "f", "1"));
            assertThat(info.last().id()).isEqualTo("3-1");
        });
        that(xinfoStreamFull("st", 1), info -> assertThat(info.get("entries").asList())
                .hasSize(1));
        refused(xinfoStream("none"), "no such key");
        gives(xdel("st", "3-1", "9-9"), 1L);
        gives(xsetId("st", "5-0"), null);
        gives(xadd("st", Map.of("f", "6"), XaddOptions.DEFAULTS.id("6-1").trim(StreamTrim.maxLength(2))), "6-1");
        gives(xtrim("st", StreamTrim.minId("6")), 1L);
        gives(xtrim("st", StreamTrim.maxLength(1).approximately(10)), 0L);
    }

    private void groups() {
        gives(xgroupCreate("g", "workers", "0", XgroupOption.makeStream()), null);
        refused(xgroupCreate("g", "workers", "$"), "BUSYGROUP");
        gives(xgroupCreate("g", "late", "$", XgroupOption.entriesRead(0)), null);
        gives(xadd("g", Map.of("f", "1"), XaddOptions.DEFAULTS.id("1-1")), "1-1");
        gives(xadd("g", Map.of("f", "2"), XaddOptions.DEFAULTS.id("2-1")), "2-1");
        gives(
                xreadGroup("workers", "ann", StreamRead.DEFAULTS.count(1), Map.of("g", ">")),
                Map.of("g", List.of(entry("1-1", "f", "1"))));
        gives(
                xreadGroup("workers", "bob", StreamRead.DEFAULTS.block(ofSeconds(1)), Map.of("g", ">")),
                Map.of("g", List.of(entry("2-1", "f", "2"))));
        gives(xreadGroup("workers", "ann", Map.of("g", ">")), Map.of());
        gives(
                xreadGroup("late", "ann", StreamRead.DEFAULTS.withoutAcknowledgement(), Map.of("g", ">"))
                        .map(Map::size),
                1);
        gives(xpending("g", "workers"), new PendingSummary(2, "1-1", "2-1", Map.of("ann", 1L, "bob", 1L)));
        gives(xpending("g", "late"), new PendingSummary(0, null, null, Map.of()));
        that(xpending("g", "workers", PendingQuery.first(10).of("ann")), pending -> {
            assertThat(pending).extracting(PendingEntry::id).containsExactly("1-1");
            assertThat(pending.get(0).consumer()).isEqualTo("ann");
            assertThat(pending.get(0).deliveries()).isEqualTo(1);
            assertThat(pending.get(0).idle()).isLessThan(ofSeconds(100));
        });
        gives(xpending("g", "workers", PendingQuery.first(10).idleFor(ofSeconds(1000))), List.of());
        gives(xclaim("g", "workers", "bob", Duration.ZERO, "1-1"), List.of(entry("1-1", "f", "1")));
        gives(
                xclaim(
                        "g",
                        "workers",
                        "bob",
                        Duration.ZERO,
                        List.of("1-1"),
                        XclaimOption.deliveries(7),
                        XclaimOption.idle(ofSeconds(3000))),
                List.of(entry("1-1", "f", "1")));
        that(xpending("g", "workers", PendingQuery.first(10).idleFor(ofSeconds(2000))), pending -> {
            assertThat(pending).extracting(PendingEntry::id).containsExactly("1-1");
            assertThat(pending.get(0).deliveries()).isEqualTo(7);
        });
        gives(
                xclaim(
                                "g",
                                "workers",
                                "bob",
                                Duration.ZERO,
                                List.of("2-1"),
                                XclaimOption.givenAt(Instant.EPOCH),
                                XclaimOption.force())
                        .map(List::size),
                1);
        gives(xclaimJustId("g", "workers", "ann", Duration.ZERO, "1-1", "9-9"), List.of("1-1"));
        gives(xdel("g", "1-1"), 1L);
        gives(xreadGroup("workers", "ann", Map.of("g", "0")), Map.of("g", List.of(StreamEntry.of("1-1", Map.of()))));
        gives(xautoClaimJustId("g", "workers", "cid", Duration.ZERO, "2-1", 10), new ScanPage<>("0-0", List.of("2-1")));
        that(xautoClaim("g", "workers", "cid", Duration.ZERO, "0", 10), claimed -> {
            assertThat(claimed.nextId()).isEqualTo("0-0");
            assertThat(claimed.entries()).containsExactly(entry("2-1", "f", "2"));
            assertThat(claimed.deletedIds()).containsExactly("1-1");
        });
        gives(xack("g", "workers", "2-1", "9-9"), 1L);
        gives(xgroupCreateConsumer("g", "workers", "dan"), true);
        that(xinfoConsumers("g", "workers"), consumers -> {
            assertThat(consumers).extracting(StreamConsumer::name).containsExactly("ann", "bob", "cid", "dan");
            assertThat(consumers)
                    .allMatch(each -> each.pending() == 0 && each.idle().toSeconds() < 100);
        });
        that(xinfoGroups("g"), groups -> {
            assertThat(groups).extracting(StreamGroup::name).containsExactly("late", "workers");
            assertThat(groups.get(1).consumers()).isEqualTo(4);
            assertThat(groups.get(1).pending()).isZero();
            assertThat(groups.get(1).lastDeliveredId()).isEqualTo("2-1");
            // Behind a deletion the server cannot always tell.
            assertThat(groups.get(1).lag()).isBetween(-1L, 0L);
        });
        gives(xgroupDelConsumer("g", "workers", "dan"), 0L);
        gives(xgroupSetId("g", "workers", "0"), null);
        gives(xgroupDestroy("g", "workers"), true);
        refused(xreadGroup("workers", "ann", Map.of("g", ">")), "NOGROUP");
    }

    private void geo() {
        GeoPoint palermo = new GeoPoint(13.361389, 38.115556);
        Map<String, GeoPoint> places = new LinkedHashMap<>();
        places.put("Palermo", palermo);
        places.put("Catania", new GeoPoint(15.087269, 37.502669));
        gives(geoAdd("geo", places), 2L);
        gives(geoAdd("geo", places, ZaddOption.NX, ZaddOption.CH), 0L);
        that(geoDist("geo", "Palermo", "Catania", GeoUnit.KM), km -> assertThat(km)
                .isCloseTo(166.27, within(0.01)));
        gives(geoDist("geo", "Palermo", "none", GeoUnit.M), null);
        gives(geoHash("geo", "Palermo", "none"), Arrays.asList("sqc8b49rny0", null));
        that(geoPos("geo", "Palermo", "none"), found -> {
            assertThat(found.get(0).longitude()).isCloseTo(13.361389, within(1e-5));
            assertThat(found.get(0).latitude()).isCloseTo(38.115556, within(1e-5));
            assertThat(found.get(1)).isNull();
        });
        GeoSearch near = GeoSearch.within(200, GeoUnit.KM).of(palermo).nearestFirst();
        gives(geoSearch("geo", near), List.of("Palermo", "Catania"));
        gives(geoSearch("geo", near.first(1)), List.of("Palermo"));
        gives(
                geoSearch(
                        "geo",
                        GeoSearch.withinBox(500, 500, GeoUnit.KM).of("Catania").farthestFirst()),
                List.of("Palermo", "Catania"));
        gives(geoSearch("geo", GeoSearch.within(1, GeoUnit.MI).of("Catania").any(5)), List.of("Catania"));
        that(geoSearchWithPlaces("geo", near), found -> {
            assertThat(found).extracting(GeoMatch::member).containsExactly("Palermo", "Catania");
            assertThat(found.get(1).distance()).isCloseTo(166.27, within(0.01));
            assertThat(found.get(1).place().latitude()).isCloseTo(37.502669, within(1e-5));
        });
        gives(geoSearchStore("geo2", "geo", near.first(1)), 1L);
        gives(geoSearchStoreDistances("geo3", "geo", near), 2L);
        that(zscore("geo3", "Catania"), km -> assertThat(km).isCloseTo(166.27, within(0.01)), "geosearchstore");
    }

    private void hyperLogLogs() {
        gives(pfAdd("p1", "a", "b", "c"), true);
        gives(pfAdd("p1", "a"), false);
        gives(pfAdd("p2", "d"), true);
        gives(pfCount("p1"), 3L);
        gives(pfCount("p1", "p2"), 4L);
        gives(pfMerge("p3", "p1", "p2"), null);
        gives(pfCount("p3"), 4L);
    }

    private void scripts() {
        gives(eval("return {KEYS[1], ARGV[1]}", List.of("k"), "a").map(Reply::asStrings), List.of("k", "a"));
        gives(evalRo("return 1", List.of()).map(Reply::asLong), 1L);
        String sha = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
        gives(scriptLoad("return 1"), sha);
        gives(scriptExists(sha, "0".repeat(40)), List.of(true, false));
        gives(evalSha(sha, List.of()).map(Reply::asLong), 1L);
        gives(evalShaRo(sha, List.of()).map(Reply::asLong), 1L);
        gives(scriptFlush(), null);
        refused(evalSha(sha, List.of()), "NOSCRIPT");
        refused(scriptKill(), "NOTBUSY");
    }

    private void functions() {
        gives(functionLoad(LIBRARY), "lib");
        refused(functionLoad(LIBRARY), "already exists");
        gives(functionReplace(LIBRARY), "lib");
        gives(fcall("one", List.of()).map(Reply::asLong), 1L);
        gives(fcallRo("one", List.of()).map(Reply::asLong), 1L);
        FunctionLibrary.Function one = new FunctionLibrary.Function("one", null, Set.of("no-writes"));
        gives(functionList(), List.of(new FunctionLibrary("lib", "LUA", List.of(one), null)));
        gives(functionList("l*"), List.of(new FunctionLibrary("lib", "LUA", List.of(one), LIBRARY)));
        that(functionDump(), bytes -> assertThat(bytes).hasSizeGreaterThan(100));
        gives(functionDelete("lib"), null);
        gives(functionRestore(LIBRARY_DUMP, FunctionRestore.APPEND), null);
        gives(fcallRo("one", List.of()).map(Reply::asLong), 1L);
        refused(functionRestore(LIBRARY_DUMP, FunctionRestore.APPEND), "already exists");
        gives(functionRestore(LIBRARY_DUMP, FunctionRestore.REPLACE), null);
        gives(functionDelete("lib"), null);
        refused(functionDelete("lib"), "not found");
        gives(functionFlush(), null);
        refused(functionKill(), "NOTBUSY");
    }

    private void published() {
        gives(publish("news", "hello"), 0L);
        gives(spublish("news", "hello"), 0L);
        gives(pubsubChannels("*"), List.of());
        gives(pubsubNumSub("news"), Map.of("news", 0L));
        gives(pubsubNumPat(), 0L);
        gives(pubsubShardChannels("*"), List.of());
        gives(pubsubShardNumSub("news"), Map.of("news", 0L));
    }

    private void connections() {
        that(clientId(), id -> assertThat(id).isPositive());
        that(clientGetName(), name -> assertThat(name).startsWith("fairlead"));
        that(
                clientInfo(),
                fields -> assertThat(fields).containsKeys("id", "addr").containsEntry("db", "0"));
        that(clientList(), all -> assertThat(all).isNotEmpty().allMatch(each -> each.containsKey("addr")));
        gives(clientList("replica"), List.of());
        gives(clientKill(ClientFilter.address("10.9.8.7:1"), ClientFilter.type("normal")), 0L);
        gives(clientUnblock(1_000_000), false);
        gives(clientPauseWrites(ofMillis(1)), null);
        gives(clientPauseAll(ofMillis(1)), null);
        gives(clientUnpause(), null);
    }

    private void users() {
        gives(aclWhoAmI(), "default");
        gives(aclUsers(), List.of("default"));
        that(aclList(), lines -> assertThat(lines.get(0)).startsWith("user default on"));
        gives(aclSetUser("ann", "on", ">secret", "~ann:*", "+@read"), null);
        that(
                aclGetUser("ann"),
                user -> {
                    assertThat(user.get("flags").asStrings()).contains("on");
                    assertThat(user.get("commands").asString()).contains("+@read");
                },
                "acl|setuser");
        gives(aclGetUser("nobody"), Map.of());
        gives(aclDryRun("ann", get("ann:1")), "OK");
        that(aclDryRun("ann", set("ann:1", "x")), refusal -> assertThat(refusal).contains("set"));
        that(aclCat(), categories -> assertThat(categories).contains("read", "dangerous"));
        that(aclCat("read"), commands -> assertThat(commands).contains("get"));
        that(aclGenPass(64), password -> assertThat(password).hasSize(16));
        gives(aclLogReset(), null);
        gives(aclLog(10), List.of());
        gives(aclDelUser("ann", "nobody"), 1L);
    }

    private void diagnostics() {
        gives(set("mem", "x".repeat(1000)), true);
        that(memoryUsage("mem"), bytes -> assertThat(bytes).isBetween(1000L, 3000L));
        that(memoryUsage("mem", 0), bytes -> assertThat(bytes).isBetween(1000L, 3000L));
        gives(memoryUsage("none"), null);
        that(memoryStats(), stats -> assertThat(stats.get("total.allocated").asLong())
                .isPositive());
        that(memoryDoctor(), advice -> assertThat(advice).isNotEmpty());
        that(memoryMallocStats(), report -> assertThat(report).isNotEmpty());
        gives(memoryPurge(), null);
        gives(configSet(Map.of("latency-monitor-threshold", 1, "slowlog-log-slower-than", 0)), null);
        that(eval("local n = 0 for i = 1, 2000000 do n = n + i end return n", List.of()), busy -> {});
        that(latencyLatest(), events -> {
            assertThat(events).extracting(LatencyEvent::event).contains("command");
            assertThat(events.get(0).latest()).isGreaterThanOrEqualTo(ofMillis(1));
            assertThat(events.get(0).at()).isAfter(Instant.ofEpochSecond(1_600_000_000));
        });
        that(latencyHistory("command"), samples -> {
            assertThat(samples).isNotEmpty();
            assertThat(samples.get(0).latency()).isGreaterThanOrEqualTo(ofMillis(1));
        });
        gives(latencyHistory("none"), List.of());
        that(latencyHistogram("get"), calls -> {
            assertThat(calls.get("get").calls()).isPositive();
            assertThat(calls.get("get").callsWithinMicros()).isNotEmpty();
        });
        that(latencyGraph("command"), drawing -> assertThat(drawing).contains("command"));
        that(latencyDoctor(), advice -> assertThat(advice).isNotEmpty());
        that(latencyReset("command", "none"), count -> assertThat(count).isEqualTo(1));
        gives(get("slow"), null);
        that(slowlogGet(-1), slow -> {
            assertThat(slow).extracting(SlowCommand::words).contains(List.of("GET", "slow"));
            assertThat(slow.get(0).client()).contains(":");
            assertThat(slow.get(0).time()).isLessThan(ofSeconds(100));
        });
        that(slowlogLen(), length -> assertThat(length).isPositive());
        gives(configSet(Map.of("latency-monitor-threshold", 0, "slowlog-log-slower-than", 10_000)), null);
        gives(slowlogReset(), null);
    }

    private void server() {
        gives(ping(), "PONG");
        gives(echo("hello"), "hello");
        that(time(), now -> assertThat(now).isAfter(Instant.ofEpochSecond(1_600_000_000)));
        that(lastSave(), saved -> assertThat(saved).isAfter(Instant.ofEpochSecond(1_600_000_000)));
        that(info("replication"), report -> assertThat(report).contains("role:master"));
        gives(configGet("maxmemory-polic?", "none"), Map.of("maxmemory-policy", "noeviction"));
        gives(configSet(Map.of("lfu-log-factor", 11)), null);
        gives(configGet("lfu-log-factor"), Map.of("lfu-log-factor", "11"));
        gives(configResetStat(), null);
        gives(configRewrite(), null);
        that(commandCount(), count -> assertThat(count).isGreaterThan(100));
        that(commandList(), names -> assertThat(names).contains("get", "set"));
        gives(commandGetKeys(mset(Map.of("a", "1"))), List.of("a"));
        gives(commandGetKeysAndFlags(get("a")), Map.of("a", List.of("RO", "access")));
        gives(waitReplicas(0, ofMillis(1)), 0L);
        gives(swapDb(0, 3), null);
        gives(exists("n"), 0L);
        gives(swapDb(0, 3), null);
        gives(exists("n"), 1L);
        gives(flushDb(), null);
        gives(dbSize(), 0L);
        gives(flushAll(), null);
    }
}
