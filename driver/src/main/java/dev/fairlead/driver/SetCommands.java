package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Set;

/** Commands on sets. */
abstract class SetCommands extends ListCommands {
    SetCommands() {}

    /** How many members are new. */
    public static Command<Long> sadd(String key, String... members) {
        return Words.of("SADD").add(key).addSome("member", members).reads(RespReader::readLong);
    }

    /** How many of the members were there. */
    public static Command<Long> srem(String key, String... members) {
        return Words.of("SREM").add(key).addSome("member", members).reads(RespReader::readLong);
    }

    public static Command<Set<String>> smembers(String key) {
        return Words.of("SMEMBERS").add(key).reads(Results::set);
    }

    public static Command<Boolean> sisMember(String key, String member) {
        return Words.of("SISMEMBER").add(key).add(member).reads(RespReader::readBoolean);
    }

    /** For each member, in order, whether it is there. Servers from 6.2. */
    public static Command<List<Boolean>> smisMember(String key, String... members) {
        return Words.of("SMISMEMBER").add(key).addSome("member", members).reads(Results::booleans);
    }

    /** Number of members. */
    public static Command<Long> scard(String key) {
        return Words.of("SCARD").add(key).reads(RespReader::readLong);
    }

    /** Takes some member; null when the set is empty. */
    public static Command<String> spop(String key) {
        return Words.of("SPOP").add(key).reads(RespReader::readString);
    }

    /** Takes up to this many. */
    public static Command<Set<String>> spop(String key, long count) {
        return Words.of("SPOP").add(key).add(count).reads(Results::set);
    }

    /** Some member; null when the set is empty. */
    public static Command<String> srandMember(String key) {
        return Words.of("SRANDMEMBER").add(key).reads(RespReader::readString);
    }

    /** Up to this many different members; with a negative count exactly as many, repeated ones among them. */
    public static Command<List<String>> srandMember(String key, long count) {
        return Words.of("SRANDMEMBER").add(key).add(count).reads(Results::stringsOrNone);
    }

    /** Whether the member was in the source and is in the target now. */
    public static Command<Boolean> smove(String source, String target, String member) {
        return Words.of("SMOVE").add(source).add(target).add(member).reads(RespReader::readBoolean);
    }

    public static Command<Set<String>> sinter(String... keys) {
        return Words.of("SINTER").addSome("key", keys).reads(Results::set);
    }

    public static Command<Set<String>> sunion(String... keys) {
        return Words.of("SUNION").addSome("key", keys).reads(Results::set);
    }

    /** What is in the first set and in none of the others. */
    public static Command<Set<String>> sdiff(String... keys) {
        return Words.of("SDIFF").addSome("key", keys).reads(Results::set);
    }

    /** The size of the set that was stored. */
    public static Command<Long> sinterStore(String target, String... keys) {
        return Words.of("SINTERSTORE").add(target).addSome("key", keys).reads(RespReader::readLong);
    }

    /** The size of the set that was stored. */
    public static Command<Long> sunionStore(String target, String... keys) {
        return Words.of("SUNIONSTORE").add(target).addSome("key", keys).reads(RespReader::readLong);
    }

    /** The size of the set that was stored. */
    public static Command<Long> sdiffStore(String target, String... keys) {
        return Words.of("SDIFFSTORE").add(target).addSome("key", keys).reads(RespReader::readLong);
    }

    /** The size of the intersection. Servers from 7.0. */
    public static Command<Long> sinterCard(String... keys) {
        return Words.of("SINTERCARD").add(keys.length).addSome("key", keys).reads(RespReader::readLong);
    }

    /** One step of a walk over the members, begun at cursor {@code "0"}, as {@link #scan}. */
    public static Command<ScanPage<String>> sscan(String key, String cursor, ScanOptions options) {
        Words words = Words.of("SSCAN").add(key).add(cursor);
        options.addTo(words);
        return words.reads(Results.page(RespReader::readStrings));
    }
}
