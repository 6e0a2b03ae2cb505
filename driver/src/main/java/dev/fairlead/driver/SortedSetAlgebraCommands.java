package dev.fairlead.driver;

import java.util.List;

/** Unions, intersections and differences of sorted sets; plain sets count as well, each member with the score 1. */
abstract class SortedSetAlgebraCommands extends SetCommands {
    SortedSetAlgebraCommands() {}

    /** Members of all the sets, scores added up. Servers from 6.2. */
    public static Command<List<ScoredMember>> zunion(String... keys) {
        return zunion(ScoreMix.SUM, keys);
    }

    /** Members of all the sets, scores made from their scores in each. Servers from 6.2. */
    public static Command<List<ScoredMember>> zunion(ScoreMix mix, String... keys) {
        return mix.addTo(Words.of("ZUNION").addCounted(keys), keys.length)
                .add("WITHSCORES")
                .reads(Results::scoredMembers);
    }

    /** Members that are in each of the sets, scores added up. Servers from 6.2. */
    public static Command<List<ScoredMember>> zinter(String... keys) {
        return zinter(ScoreMix.SUM, keys);
    }

    /** Members that are in each of the sets, scores made from their scores in each. Servers from 6.2. */
    public static Command<List<ScoredMember>> zinter(ScoreMix mix, String... keys) {
        return mix.addTo(Words.of("ZINTER").addCounted(keys), keys.length)
                .add("WITHSCORES")
                .reads(Results::scoredMembers);
    }

    /** Members of the first set that are in none of the others. Servers from 6.2. */
    public static Command<List<ScoredMember>> zdiff(String... keys) {
        return Words.of("ZDIFF").addCounted(keys).add("WITHSCORES").reads(Results::scoredMembers);
    }

    /** How many members are in each of the sets. Servers from 7.0. */
    public static Command<Long> zinterCard(String... keys) {
        return Words.of("ZINTERCARD").addCounted(keys).readsLong();
    }

    /** As {@link #zinterCard(String...)}, counted up to this limit at most. */
    public static Command<Long> zinterCard(long limit, String... keys) {
        return Words.of("ZINTERCARD").addCounted(keys).add("LIMIT").add(limit).readsLong();
    }

    /** The size of the sorted set that was stored, as {@link #zunion(String...)} gives it. */
    public static Command<Long> zunionStore(String target, String... keys) {
        return zunionStore(ScoreMix.SUM, target, keys);
    }

    /** The size of the sorted set that was stored, as {@link #zunion(ScoreMix, String...)} gives it. */
    public static Command<Long> zunionStore(ScoreMix mix, String target, String... keys) {
        return mix.addTo(Words.of("ZUNIONSTORE").add(target).addCounted(keys), keys.length)
                .readsLong();
    }

    /** The size of the sorted set that was stored, as {@link #zinter(String...)} gives it. */
    public static Command<Long> zinterStore(String target, String... keys) {
        return zinterStore(ScoreMix.SUM, target, keys);
    }

    /** The size of the sorted set that was stored, as {@link #zinter(ScoreMix, String...)} gives it. */
    public static Command<Long> zinterStore(ScoreMix mix, String target, String... keys) {
        return mix.addTo(Words.of("ZINTERSTORE").add(target).addCounted(keys), keys.length)
                .readsLong();
    }

    /** The size of the sorted set that was stored, as {@link #zdiff} gives it. Servers from 6.2. */
    public static Command<Long> zdiffStore(String target, String... keys) {
        return Words.of("ZDIFFSTORE").add(target).addCounted(keys).readsLong();
    }
}
