package dev.fairlead.driver;

import java.time.Duration;
import java.time.Instant;

/** Commands on the time that keys have to live. It is measured by the clock of the server. */
abstract class ExpiryCommands extends ServerCommands {
    ExpiryCommands() {}

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
        return words.readsBoolean();
    }

    /** Seconds left to live; -1 without an expiry, -2 without such a key. */
    public static Command<Long> ttl(String key) {
        return Words.of("TTL").add(key).readsLong();
    }

    /** Milliseconds left to live; -1 without an expiry, -2 without such a key. */
    public static Command<Long> pttl(String key) {
        return Words.of("PTTL").add(key).readsLong();
    }

    /** When it expires, in seconds since 1970; -1 without an expiry, -2 without such a key. Servers from 7.0. */
    public static Command<Long> expireTime(String key) {
        return Words.of("EXPIRETIME").add(key).readsLong();
    }

    /** As {@link #expireTime}, in milliseconds. Servers from 7.0. */
    public static Command<Long> pexpireTime(String key) {
        return Words.of("PEXPIRETIME").add(key).readsLong();
    }

    /** Whether the key had an expiry, which is gone now. */
    public static Command<Boolean> persist(String key) {
        return Words.of("PERSIST").add(key).readsBoolean();
    }
}
