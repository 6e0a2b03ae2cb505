package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import java.util.List;

/** Commands on keys of any type. */
abstract class KeyCommands extends ExpiryCommands {
    KeyCommands() {}

    /** How many of the keys existed. */
    public static Command<Long> del(String... keys) {
        return Words.of("DEL").addSome("key", keys).readsLong();
    }

    /** As {@link #del}, with the memory given back in the background. */
    public static Command<Long> unlink(String... keys) {
        return Words.of("UNLINK").addSome("key", keys).readsLong();
    }

    /** How many of the keys exist; one named twice counts twice. */
    public static Command<Long> exists(String... keys) {
        return Words.of("EXISTS").addSome("key", keys).readsLong();
    }

    /** How many of the keys exist; their time of last use is set to now. */
    public static Command<Long> touch(String... keys) {
        return Words.of("TOUCH").addSome("key", keys).readsLong();
    }

    /** {@code string}, {@code list}, {@code set}, {@code zset}, {@code hash}, {@code stream}; {@code none} when there is no such key. */
    public static Command<String> type(String key) {
        return Words.of("TYPE").add(key).reads(RespReader::readString);
    }

    /** What was under the new name is overwritten. The server answers an error when there is no such key. */
    public static Command<Void> rename(String key, String newKey) {
        return Words.of("RENAME").add(key).add(newKey).readsOk();
    }

    /** Whether it was renamed: not when the new name is taken. */
    public static Command<Boolean> renameNx(String key, String newKey) {
        return Words.of("RENAMENX").add(key).add(newKey).readsBoolean();
    }

    /** Whether it was copied: not when the source does not exist, or the target does and is not to be replaced. Servers from 6.2. */
    public static Command<Boolean> copy(String source, String target, CopyOption... options) {
        return Words.of("COPY").add(source).add(target).addOptions(options).readsBoolean();
    }

    /** Whether it was moved to this database: not when it does not exist here, or does there. */
    public static Command<Boolean> move(String key, int database) {
        return Words.of("MOVE").add(key).add(database).readsBoolean();
    }

    /** The value in the form that {@link #restore} takes; null when there is no such key. */
    public static Command<byte[]> dump(String key) {
        return Words.of("DUMP").add(key).reads(RespReader::readBytes);
    }

    /**
     * Puts a value that {@link #dump} gave under a key. The server answers {@code BUSYKEY} when the key exists and is not to be replaced, an
     * error for bytes of a newer server than itself.
     */
    public static Command<Void> restore(String key, byte[] dump, RestoreOptions options) {
        Words words = Words.of("RESTORE").add(key).add(options.expiryMillis()).addValue(dump);
        return options.addTo(words).readsOk();
    }

    /** How the server keeps the value: {@code listpack}, {@code skiplist}…; null when there is no such key. */
    public static Command<String> objectEncoding(String key) {
        return Words.of("OBJECT", "ENCODING").add(key).reads(RespReader::readString);
    }

    /** Its logarithmic count of uses; null when there is no such key. The server answers an error unless it evicts by LFU. */
    public static Command<Long> objectFreq(String key) {
        return Words.of("OBJECT", "FREQ").add(key).reads(RespReader::readLongOrNull);
    }

    /** Seconds since it was last used; null when there is no such key. The server answers an error when it evicts by LFU. */
    public static Command<Long> objectIdleTime(String key) {
        return Words.of("OBJECT", "IDLETIME").add(key).reads(RespReader::readLongOrNull);
    }

    /** How often the server refers to the value; null when there is no such key. */
    public static Command<Long> objectRefCount(String key) {
        return Words.of("OBJECT", "REFCOUNT").add(key).reads(RespReader::readLongOrNull);
    }

    /**
     * Elements of a list, set or sorted set, sorted; null stands where a pattern of the options found nothing. To servers it counts as a
     * write: a replica does not serve it, see {@link #sortRo}.
     */
    public static Command.OfList<String> sort(String key, SortOptions options) {
        return options.addTo(Words.of("SORT").add(key)).readsList();
    }

    /** As {@link #sort}; a replica serves it. Servers from 7.0. */
    public static Command.OfList<String> sortRo(String key, SortOptions options) {
        return options.addTo(Words.of("SORT_RO").add(key)).readsList();
    }

    /** The length of the list that was stored: what {@link #sort} gives. */
    public static Command<Long> sortStore(String key, String target, SortOptions options) {
        return options.addTo(Words.of("SORT").add(key)).add("STORE").add(target).readsLong();
    }

    /** Some key; null when there is none. */
    public static Command<String> randomKey() {
        return Words.of("RANDOMKEY").reads(RespReader::readString);
    }

    /** All keys that match a glob pattern. Stops the server while it looks: see {@link #scan}. */
    public static Command<List<String>> keys(String pattern) {
        return Words.of("KEYS").add(pattern).reads(Results::strings);
    }

    /**
     * One step of a walk over all keys, begun at cursor {@code "0"}. A cursor means something only to the server that gave it: send all
     * steps to one node.
     */
    public static Command<ScanPage<String>> scan(String cursor, ScanOptions options) {
        return options.addWithTypeTo(Words.of("SCAN").add(cursor)).reads(Results.page(Results::strings));
    }

    /** Scan for what matches this glob pattern. */
    public static ScanOptions match(String pattern) {
        return new ScanOptions(pattern, 0, null);
    }

    /**
     * From now on the next transaction on this connection runs only if none of these keys has changed by then. Needs
     * {@link Session#dedicated}.
     */
    public static Command<Void> watch(String... keys) {
        return Words.of("WATCH").addSome("key", keys).readsOk();
    }

    /** Forgets what is watched. Needs {@link Session#dedicated}. */
    public static Command<Void> unwatch() {
        return Words.of("UNWATCH").readsOk();
    }
}
