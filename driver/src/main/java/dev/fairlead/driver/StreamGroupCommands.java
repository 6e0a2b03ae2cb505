package dev.fairlead.driver;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Commands on the groups of a stream: each entry goes to one consumer of a group, and is pending there until it is acknowledged. The server
 * answers {@code NOGROUP} when there is no such stream or group.
 */
abstract class StreamGroupCommands extends StreamCommands {
    StreamGroupCommands() {}

    /**
     * Makes a group that is given the entries behind this id: {@code $} for new ones only, {@code 0} for all. The server answers
     * {@code BUSYGROUP} when there is one of the name, an error when there is no such stream and the options do not make one.
     */
    public static Command<Void> xgroupCreate(String key, String group, String id, XgroupOption... options) {
        return Words.of("XGROUP", "CREATE")
                .add(key)
                .add(group)
                .add(id)
                .addOptions(options)
                .readsOk();
    }

    /** From now on the group is given the entries behind this id. */
    public static Command<Void> xgroupSetId(String key, String group, String id) {
        return Words.of("XGROUP", "SETID").add(key).add(group).add(id).readsOk();
    }

    /** Whether there was such a group, which is gone with what was pending in it. */
    public static Command<Boolean> xgroupDestroy(String key, String group) {
        return Words.of("XGROUP", "DESTROY").add(key).add(group).readsBoolean();
    }

    /** Whether the consumer is new. Servers from 6.2; reading makes a consumer as well. */
    public static Command<Boolean> xgroupCreateConsumer(String key, String group, String consumer) {
        return Words.of("XGROUP", "CREATECONSUMER")
                .add(key)
                .add(group)
                .add(consumer)
                .readsBoolean();
    }

    /** How many entries were pending with the consumer: they belong to nobody now. */
    public static Command<Long> xgroupDelConsumer(String key, String group, String consumer) {
        return Words.of("XGROUP", "DELCONSUMER")
                .add(key)
                .add(group)
                .add(consumer)
                .readsLong();
    }

    /**
     * Entries for this consumer, by key; empty when there are none. Behind the id {@code >} are those that no consumer has; behind another
     * id those that are pending with this one, without fields where they were deleted.
     */
    public static Command<Map<String, List<StreamEntry>>> xreadGroup(
            String group, String consumer, Map<String, String> idsByKey) {
        return xreadGroup(group, consumer, StreamRead.DEFAULTS, idsByKey);
    }

    /** As {@link #xreadGroup(String, String, Map)}. A read that waits needs {@link Session#dedicated}. */
    public static Command<Map<String, List<StreamEntry>>> xreadGroup(
            String group, String consumer, StreamRead options, Map<String, String> idsByKey) {
        Words words = Words.of("XREADGROUP").add("GROUP").add(group).add(consumer);
        return StreamRead.addStreams(options.addTo(words, true), idsByKey).reads(StreamEntry::readStreams);
    }

    /** How many of the entries were pending, and are no more. */
    public static Command<Long> xack(String key, String group, String... ids) {
        return Words.of("XACK").add(key).add(group).addSome("id", ids).readsLong();
    }

    /** What is pending in the group, counted. */
    public static Command<PendingSummary> xpending(String key, String group) {
        return Words.of("XPENDING").add(key).add(group).reads(PendingSummary::read);
    }

    /** Entries that are pending, in the order of their ids. */
    public static Command<List<PendingEntry>> xpending(String key, String group, PendingQuery query) {
        return query.addTo(Words.of("XPENDING").add(key).add(group)).reads(Results.listOf(PendingEntry::read));
    }

    /**
     * Gives those of the entries that were pending for at least so long to this consumer, and gives their contents. It misses those that
     * are not pending, or were deleted.
     */
    public static Command<List<StreamEntry>> xclaim(
            String key, String group, String consumer, Duration minIdle, String... ids) {
        return claim("XCLAIM", key, group, consumer, minIdle).addSome("id", ids).reads(StreamEntry::readAll);
    }

    /** As {@link #xclaim(String, String, String, Duration, String...)}, and what is noted of each delivery. */
    public static Command<List<StreamEntry>> xclaim(
            String key, String group, String consumer, Duration minIdle, List<String> ids, XclaimOption... options) {
        return claim("XCLAIM", key, group, consumer, minIdle)
                .addSome("id", ids.toArray(String[]::new))
                .addOptions(options)
                .reads(StreamEntry::readAll);
    }

    /** As {@link #xclaim(String, String, String, Duration, String...)}, giving the ids alone; the count of deliveries stays as it is. */
    public static Command<List<String>> xclaimJustId(
            String key, String group, String consumer, Duration minIdle, String... ids) {
        return claim("XCLAIM", key, group, consumer, minIdle)
                .addSome("id", ids)
                .add("JUSTID")
                .reads(Results::strings);
    }

    /**
     * As {@link #xclaim(String, String, String, Duration, String...)}, for up to {@code count} entries from {@code start} on that were pending for so long: go on from
     * {@link ClaimedEntries#nextId}. Servers from 6.2.
     */
    public static Command<ClaimedEntries> xautoClaim(
            String key, String group, String consumer, Duration minIdle, String start, long count) {
        return claim("XAUTOCLAIM", key, group, consumer, minIdle)
                .add(start)
                .addCount(count)
                .reads(ClaimedEntries::read);
    }

    /** As {@link #xautoClaim}, giving the ids alone; the count of deliveries stays as it is. */
    public static Command<ScanPage<String>> xautoClaimJustId(
            String key, String group, String consumer, Duration minIdle, String start, long count) {
        return claim("XAUTOCLAIM", key, group, consumer, minIdle)
                .add(start)
                .addCount(count)
                .add("JUSTID")
                .reads(Results.page(Results::strings));
    }

    private static Words claim(String name, String key, String group, String consumer, Duration minIdle) {
        return Words.of(name).add(key).add(group).add(consumer).add(minIdle.toMillis());
    }

    /** The groups of a stream. */
    public static Command<List<StreamGroup>> xinfoGroups(String key) {
        return Words.of("XINFO", "GROUPS").add(key).reads(Results.listOf(StreamGroup::read));
    }

    /** The consumers of a group. */
    public static Command<List<StreamConsumer>> xinfoConsumers(String key, String group) {
        return Words.of("XINFO", "CONSUMERS").add(key).add(group).reads(Results.listOf(StreamConsumer::read));
    }
}
