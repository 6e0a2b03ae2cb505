package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Commands on keys of any type. */
abstract class KeyCommands extends ServerCommands {
    KeyCommands() {}

    /** How many of the keys existed. */
    public static Command<Long> del(String... keys) {
        return Words.of("DEL").addSome("key", keys).reads(RespReader::readLong);
    }

    /** As {@link #del}, with the memory given back in the background. */
    public static Command<Long> unlink(String... keys) {
        return Words.of("UNLINK").addSome("key", keys).reads(RespReader::readLong);
    }

    /** How many of the keys exist; one named twice counts twice. */
    public static Command<Long> exists(String... keys) {
        return Words.of("EXISTS").addSome("key", keys).reads(RespReader::readLong);
    }

    /** How many of the keys exist; their time of last use is set to now. */
    public static Command<Long> touch(String... keys) {
        return Words.of("TOUCH").addSome("key", keys).reads(RespReader::readLong);
    }

    /** {@code string}, {@code list}, {@code set}, {@code zset}, {@code hash}, {@code stream}; {@code none} when there is no such key. */
    public static Command<String> type(String key) {
        return Words.of("TYPE").add(key).reads(RespReader::readString);
    }

    /** Whether the key existed and now expires this long from now, to the millisecond. */
    public static Command<Boolean> pexpire(String key, Duration time, ExpireCondition... conditions) {
        return expiry(Words.of("PEXPIRE").add(key).add(Words.positiveMillis(time)), conditions);
    }

    /** As {@link #pexpire}, in whole seconds: the rest of the duration is dropped. At least one second. */
    public static Command<Boolean> expire(String key, Duration time, ExpireCondition... conditions) {
        if (time.toSeconds() < 1) {
            throw new IllegalArgumentException("EXPIRE counts seconds, of which " + time + " has none; see pexpire");
        }
        return expiry(Words.of("EXPIRE").add(key).add(time.toSeconds()), conditions);
    }

    /** Whether the key existed and now expires at this instant of the server's clock, in whole seconds. */
    public static Command<Boolean> expireAt(String key, Instant instant, ExpireCondition... conditions) {
        return expiry(Words.of("EXPIREAT").add(key).add(instant.getEpochSecond()), conditions);
    }

    /** As {@link #expireAt}, to the millisecond. */
    public static Command<Boolean> pexpireAt(String key, Instant instant, ExpireCondition... conditions) {
        return expiry(Words.of("PEXPIREAT").add(key).add(instant.toEpochMilli()), conditions);
    }

    private static Command<Boolean> expiry(Words words, ExpireCondition... conditions) {
        for (ExpireCondition condition : conditions) {
            words.add(condition.name());
        }
        return words.reads(RespReader::readBoolean);
    }

    /** Seconds left to live; -1 without an expiry, -2 without such a key. */
    public static Command<Long> ttl(String key) {
        return Words.of("TTL").add(key).reads(RespReader::readLong);
    }

    /** Milliseconds left to live; -1 without an expiry, -2 without such a key. */
    public static Command<Long> pttl(String key) {
        return Words.of("PTTL").add(key).reads(RespReader::readLong);
    }

    /** When it expires, in seconds since 1970; -1 without an expiry, -2 without such a key. Servers from 7.0. */
    public static Command<Long> expireTime(String key) {
        return Words.of("EXPIRETIME").add(key).reads(RespReader::readLong);
    }

    /** Whether the key had an expiry, which is gone now. */
    public static Command<Boolean> persist(String key) {
        return Words.of("PERSIST").add(key).reads(RespReader::readBoolean);
    }

    /** What was under the new name is overwritten. The server answers an error when there is no such key. */
    public static Command<Void> rename(String key, String newKey) {
        return Words.of("RENAME").add(key).add(newKey).reads(Results::done);
    }

    /** Whether it was renamed: not when the new name is taken. */
    public static Command<Boolean> renameNx(String key, String newKey) {
        return Words.of("RENAMENX").add(key).add(newKey).reads(RespReader::readBoolean);
    }

    /** Whether it was copied: not when the target exists or the source does not. */
    public static Command<Boolean> copy(String source, String target) {
        return Words.of("COPY").add(source).add(target).reads(RespReader::readBoolean);
    }

    /** Some key; null when there is none. */
    public static Command<String> randomKey() {
        return Words.of("RANDOMKEY").reads(RespReader::readString);
    }

    /** All keys that match a glob pattern. Stops the server while it looks: see {@link #scan}. */
    public static Command<List<String>> keys(String pattern) {
        return Words.of("KEYS").add(pattern).reads(RespReader::readStrings);
    }

    /**
     * One step of a walk over all keys, begun at cursor {@code "0"}. A cursor means something only to the server that gave it: send all
     * steps to one node.
     */
    public static Command<ScanPage<String>> scan(String cursor, ScanOptions options) {
        Words words = Words.of("SCAN").add(cursor);
        options.addTo(words);
        return words.reads(Results.page(RespReader::readStrings));
    }

    /** Scan for what matches this glob pattern. */
    public static ScanOptions match(String pattern) {
        return new ScanOptions(pattern, 0);
    }

    /**
     * From now on the next transaction on this connection runs only if none of these keys has changed by then. Needs
     * {@link Session#dedicated}.
     */
    public static Command<Void> watch(String... keys) {
        return Words.of("WATCH").addSome("key", keys).reads(Results::done);
    }

    /** Forgets what is watched. Needs {@link Session#dedicated}. */
    public static Command<Void> unwatch() {
        return Words.of("UNWATCH").reads(Results::done);
    }
}
