package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Commands on sorted sets. Ranks begin at 0 with the lowest score; negative ones count from the highest. */
abstract class SortedSetCommands extends SortedSetAlgebraCommands {
    SortedSetCommands() {}

    /** How many members are new: 1 or 0. */
    public static Command<Long> zadd(String key, double score, Object member) {
        return Words.of("ZADD").add(key).add(score).addValue(member).readsLong();
    }

    /** How many members are new; with {@link ZaddOption#CH}: new or changed. */
    public static Command<Long> zadd(String key, Map<?, Double> scores, ZaddOption... options) {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("at least one member with its score is needed");
        }
        Words words = zadd(key, options);
        scores.forEach((member, score) -> words.add(score.doubleValue()).addValue(member));
        return words.readsLong();
    }

    /** The member's score after the addition, as {@link #zincrBy}; null when an option kept it from being changed. */
    public static Command<Double> zaddIncr(String key, double amount, Object member, ZaddOption... options) {
        return zadd(key, options).add("INCR").add(amount).addValue(member).reads(RespReader::readDoubleOrNull);
    }

    private static Words zadd(String key, ZaddOption... options) {
        Words words = Words.of("ZADD").add(key);
        for (ZaddOption option : options) {
            words.add(option.name());
        }
        return words;
    }

    /** The score after the addition. */
    public static Command<Double> zincrBy(String key, double amount, Object member) {
        return Words.of("ZINCRBY").add(key).add(amount).addValue(member).reads(RespReader::readDouble);
    }

    /** How many of the members were there. */
    public static Command<Long> zrem(String key, Object... members) {
        return Words.of("ZREM").add(key).addSomeValues("member", members).readsLong();
    }

    /** Null when there is no such member. */
    public static Command<Double> zscore(String key, Object member) {
        return Words.of("ZSCORE").add(key).addValue(member).reads(RespReader::readDoubleOrNull);
    }

    /** A score for each member, in order; null where there is no such member. Servers from 6.2. */
    public static Command<List<Double>> zmscore(String key, Object... members) {
        return Words.of("ZMSCORE").add(key).addSomeValues("member", members).reads(Results::doubles);
    }

    /** The rank from the lowest score; null when there is no such member. */
    public static Command<Long> zrank(String key, Object member) {
        return Words.of("ZRANK").add(key).addValue(member).reads(RespReader::readLongOrNull);
    }

    /** The rank from the highest score; null when there is no such member. */
    public static Command<Long> zrevRank(String key, Object member) {
        return Words.of("ZREVRANK").add(key).addValue(member).reads(RespReader::readLongOrNull);
    }

    /** Number of members. */
    public static Command<Long> zcard(String key) {
        return Words.of("ZCARD").add(key).readsLong();
    }

    /** How many members have a score in the range. */
    public static Command<Long> zcount(String key, ScoreRange range) {
        return Words.of("ZCOUNT").add(key).add(range.min()).add(range.max()).readsLong();
    }

    /** How many members are in the range by their bytes. */
    public static Command<Long> zlexCount(String key, LexRange range) {
        return Words.of("ZLEXCOUNT").add(key).add(range.min()).add(range.max()).readsLong();
    }

    /** Members of ranks {@code start} to {@code stop}, both included, lowest score first. */
    public static Command.OfList<String> zrange(String key, long start, long stop) {
        return Words.of("ZRANGE").add(key).add(start).add(stop).readsList();
    }

    /** As {@link #zrange}, with the scores. */
    public static Command<List<ScoredMember>> zrangeWithScores(String key, long start, long stop) {
        return Words.of("ZRANGE")
                .add(key)
                .add(start)
                .add(stop)
                .add("WITHSCORES")
                .reads(Results::scoredMembers);
    }

    /** As {@link #zrange}, with ranks counted from the highest score, which comes first. */
    public static Command.OfList<String> zrevRange(String key, long start, long stop) {
        return Words.of("ZREVRANGE").add(key).add(start).add(stop).readsList();
    }

    /** As {@link #zrevRange}, with the scores. */
    public static Command<List<ScoredMember>> zrevRangeWithScores(String key, long start, long stop) {
        return Words.of("ZREVRANGE")
                .add(key)
                .add(start)
                .add(stop)
                .add("WITHSCORES")
                .reads(Results::scoredMembers);
    }

    /** Members whose score is in the range, with it, lowest score first. */
    public static Command<List<ScoredMember>> zrangeByScore(String key, ScoreRange range) {
        return Words.of("ZRANGEBYSCORE")
                .add(key)
                .add(range.min())
                .add(range.max())
                .add("WITHSCORES")
                .reads(Results::scoredMembers);
    }

    /** As {@link #zrangeByScore(String, ScoreRange)}: at most {@code count} of them, after passing over {@code offset}. */
    public static Command<List<ScoredMember>> zrangeByScore(String key, ScoreRange range, long offset, long count) {
        return Words.of("ZRANGEBYSCORE")
                .add(key)
                .add(range.min())
                .add(range.max())
                .add("WITHSCORES")
                .add("LIMIT")
                .add(offset)
                .add(count)
                .reads(Results::scoredMembers);
    }

    /** As {@link #zrangeByScore(String, ScoreRange)}, highest score first. */
    public static Command<List<ScoredMember>> zrevRangeByScore(String key, ScoreRange range) {
        return Words.of("ZREVRANGEBYSCORE")
                .add(key)
                .add(range.max())
                .add(range.min())
                .add("WITHSCORES")
                .reads(Results::scoredMembers);
    }

    /** Members in the range by their bytes, in that order. */
    public static Command.OfList<String> zrangeByLex(String key, LexRange range) {
        return Words.of("ZRANGEBYLEX")
                .add(key)
                .add(range.min())
                .add(range.max())
                .readsList();
    }

    /** As {@link #zrangeByLex(String, LexRange)}: at most {@code count} of them, after passing over {@code offset}. */
    public static Command.OfList<String> zrangeByLex(String key, LexRange range, long offset, long count) {
        return Words.of("ZRANGEBYLEX")
                .add(key)
                .add(range.min())
                .add(range.max())
                .add("LIMIT")
                .add(offset)
                .add(count)
                .readsList();
    }

    /** As {@link #zrangeByLex(String, LexRange)}, the highest first. */
    public static Command.OfList<String> zrevRangeByLex(String key, LexRange range) {
        return Words.of("ZREVRANGEBYLEX")
                .add(key)
                .add(range.max())
                .add(range.min())
                .readsList();
    }

    /** Members of any kind of range, in its order. Servers from 6.2. */
    public static Command.OfList<String> zrange(String key, RangeQuery query) {
        return query.addTo(Words.of("ZRANGE").add(key)).readsList();
    }

    /** As {@link #zrange(String, RangeQuery)}, with the scores; not by {@link RangeQuery#byLex}. */
    public static Command<List<ScoredMember>> zrangeWithScores(String key, RangeQuery query) {
        return query.addTo(Words.of("ZRANGE").add(key)).add("WITHSCORES").reads(Results::scoredMembers);
    }

    /** The size of the sorted set that was stored: the members of this range of the source. Servers from 6.2. */
    public static Command<Long> zrangeStore(String target, String source, RangeQuery query) {
        return query.addTo(Words.of("ZRANGESTORE").add(target).add(source)).readsLong();
    }

    /** How many were removed: ranks {@code start} to {@code stop}, both included. */
    public static Command<Long> zremRangeByRank(String key, long start, long stop) {
        return Words.of("ZREMRANGEBYRANK").add(key).add(start).add(stop).readsLong();
    }

    /** How many were removed. */
    public static Command<Long> zremRangeByScore(String key, ScoreRange range) {
        return Words.of("ZREMRANGEBYSCORE")
                .add(key)
                .add(range.min())
                .add(range.max())
                .readsLong();
    }

    /** How many were removed. */
    public static Command<Long> zremRangeByLex(String key, LexRange range) {
        return Words.of("ZREMRANGEBYLEX")
                .add(key)
                .add(range.min())
                .add(range.max())
                .readsLong();
    }

    /** Takes the member of the lowest score; null when the sorted set is empty. */
    public static Command<ScoredMember> zpopMin(String key) {
        return Words.of("ZPOPMIN").add(key).reads(Results::scoredMember);
    }

    /** Takes up to this many of the lowest scores. */
    public static Command<List<ScoredMember>> zpopMin(String key, long count) {
        return Words.of("ZPOPMIN").add(key).add(count).reads(Results::scoredMembers);
    }

    /** Takes the member of the highest score; null when the sorted set is empty. */
    public static Command<ScoredMember> zpopMax(String key) {
        return Words.of("ZPOPMAX").add(key).reads(Results::scoredMember);
    }

    /** Takes up to this many of the highest scores. */
    public static Command<List<ScoredMember>> zpopMax(String key, long count) {
        return Words.of("ZPOPMAX").add(key).add(count).reads(Results::scoredMembers);
    }

    /** Some member; null when the sorted set is empty. Servers from 6.2. */
    public static Command.OfValue<String> zrandMember(String key) {
        return Words.of("ZRANDMEMBER").add(key).readsValue();
    }

    /** Up to this many different members; with a negative count exactly as many, repeated ones among them. Servers from 6.2. */
    public static Command.OfList<String> zrandMember(String key, long count) {
        return Words.of("ZRANDMEMBER").add(key).add(count).readsList();
    }

    /** As {@link #zrandMember(String, long)}, with the scores. */
    public static Command<List<ScoredMember>> zrandMemberWithScores(String key, long count) {
        return Words.of("ZRANDMEMBER").add(key).add(count).add("WITHSCORES").reads(Results::scoredMembers);
    }

    /**
     * Takes up to {@code count} members from this end of the first sorted set that has one, and says which: key and members; null when
     * none has any. Servers from 7.0.
     */
    public static Command<Map.Entry<String, List<ScoredMember>>> zmpop(ScoreEnd from, long count, String... keys) {
        return Words.of("ZMPOP")
                .addCounted(keys)
                .add(from.name())
                .addCount(count)
                .reads(Results::keyAndMembers);
    }

    /** One step of a walk over the members, begun at cursor {@code "0"}, as {@link #scan}. */
    public static Command<ScanPage<ScoredMember>> zscan(String key, String cursor, ScanOptions options) {
        return options.addTo(Words.of("ZSCAN").add(key).add(cursor)).reads(Results.page(Results::scoredMembers));
    }

    /**
     * Takes the member with the lowest score of the first of these sorted sets that has one, and says which: key and member; null when
     * none had any for so long. Needs {@link Session#dedicated}.
     *
     * @param timeout how long the server waits, at least 1 ms; servers before 6.0 count whole seconds
     */
    public static Command<Map.Entry<String, ScoredMember>> bzpopMin(Duration timeout, String... keys) {
        return Words.of("BZPOPMIN")
                .addSome("key", keys)
                .add(Words.seconds(timeout))
                .reads(Results::keyAndMember);
    }

    /** As {@link #bzpopMin}, with the highest score. */
    public static Command<Map.Entry<String, ScoredMember>> bzpopMax(Duration timeout, String... keys) {
        return Words.of("BZPOPMAX")
                .addSome("key", keys)
                .add(Words.seconds(timeout))
                .reads(Results::keyAndMember);
    }

    /** As {@link #zmpop}; waits for a member up to so long, then null. Needs {@link Session#dedicated}. */
    public static Command<Map.Entry<String, List<ScoredMember>>> bzmpop(
            Duration timeout, ScoreEnd from, long count, String... keys) {
        return Words.of("BZMPOP")
                .add(Words.seconds(timeout))
                .addCounted(keys)
                .add(from.name())
                .addCount(count)
                .reads(Results::keyAndMembers);
    }
}
