package dev.fairlead.driver;

import java.util.List;

/** Commands on sets. */
abstract class SetCommands extends ListCommands {
    SetCommands() {}

    /** How many members are new. */
    public static Command<Long> sadd(String key, Object... members) {
        return Words.of("SADD").add(key).addSomeValues("member", members).readsLong();
    }

    /** How many of the members were there. */
    public static Command<Long> srem(String key, Object... members) {
        return Words.of("SREM").add(key).addSomeValues("member", members).readsLong();
    }

    public static Command.OfSet<String> smembers(String key) {
        return Words.of("SMEMBERS").add(key).readsSet();
    }

    public static Command<Boolean> sisMember(String key, Object member) {
        return Words.of("SISMEMBER").add(key).addValue(member).readsBoolean();
    }

    /** For each member, in order, whether it is there. Servers from 6.2. */
    public static Command<List<Boolean>> smisMember(String key, Object... members) {
        return Words.of("SMISMEMBER").add(key).addSomeValues("member", members).reads(Results::booleans);
    }

    /** Number of members. */
    public static Command<Long> scard(String key) {
        return Words.of("SCARD").add(key).readsLong();
    }

    /** Takes some member; null when the set is empty. */
    public static Command.OfValue<String> spop(String key) {
        return Words.of("SPOP").add(key).readsValue();
    }

    /** Takes up to this many. */
    public static Command.OfSet<String> spop(String key, long count) {
        return Words.of("SPOP").add(key).add(count).readsSet();
    }

    /** Some member; null when the set is empty. */
    public static Command.OfValue<String> srandMember(String key) {
        return Words.of("SRANDMEMBER").add(key).readsValue();
    }

    /** Up to this many different members; with a negative count exactly as many, repeated ones among them. */
    public static Command.OfList<String> srandMember(String key, long count) {
        return Words.of("SRANDMEMBER").add(key).add(count).readsList();
    }

    /** Whether the member was in the source and is in the target now. */
    public static Command<Boolean> smove(String source, String target, Object member) {
        return Words.of("SMOVE").add(source).add(target).addValue(member).readsBoolean();
    }

    public static Command.OfSet<String> sinter(String... keys) {
        return Words.of("SINTER").addSome("key", keys).readsSet();
    }

    public static Command.OfSet<String> sunion(String... keys) {
        return Words.of("SUNION").addSome("key", keys).readsSet();
    }

    /** What is in the first set and in none of the others. */
    public static Command.OfSet<String> sdiff(String... keys) {
        return Words.of("SDIFF").addSome("key", keys).readsSet();
    }

    /** The size of the set that was stored. */
    public static Command<Long> sinterStore(String target, String... keys) {
        return Words.of("SINTERSTORE").add(target).addSome("key", keys).readsLong();
    }

    /** The size of the set that was stored. */
    public static Command<Long> sunionStore(String target, String... keys) {
        return Words.of("SUNIONSTORE").add(target).addSome("key", keys).readsLong();
    }

    /** The size of the set that was stored. */
    public static Command<Long> sdiffStore(String target, String... keys) {
        return Words.of("SDIFFSTORE").add(target).addSome("key", keys).readsLong();
    }

    /** The size of the intersection. Servers from 7.0. */
    public static Command<Long> sinterCard(String... keys) {
        return Words.of("SINTERCARD").addCounted(keys).readsLong();
    }

    /** As {@link #sinterCard(String...)}, counted up to this limit at most. */
    public static Command<Long> sinterCard(long limit, String... keys) {
        return Words.of("SINTERCARD").addCounted(keys).add("LIMIT").add(limit).readsLong();
    }

    /** One step of a walk over the members, begun at cursor {@code "0"}, as {@link #scan}. */
    public static Command<ScanPage<String>> sscan(String key, String cursor, ScanOptions options) {
        return options.addTo(Words.of("SSCAN").add(key).add(cursor)).reads(Results.page(Results::strings));
    }
}
