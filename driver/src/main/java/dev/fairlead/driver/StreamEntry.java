package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An entry of a stream: its id and its fields, which hold bytes and are given as text or by a codec. Immutable; two are equal when their
 * ids and their fields are, in the same order.
 */
public final class StreamEntry {
    private final String id;
    private final List<String> names;
    private final List<byte[]> values;

    private StreamEntry(String id, List<String> names, List<byte[]> values) {
        this.id = id;
        this.names = names;
        this.values = values;
    }

    /** An entry with these fields, as a test may want one. */
    public static StreamEntry of(String id, Map<String, String> fields) {
        List<byte[]> values = fields.values().stream().map(Codec.TEXT::encode).toList();
        return new StreamEntry(Objects.requireNonNull(id, "id"), List.copyOf(fields.keySet()), values);
    }

    /** As servers make them: milliseconds since 1970, a dash, and a number that tells entries of one millisecond apart. */
    public String id() {
        return id;
    }

    /** The value of the first field of this name as text; null when there is none. */
    public String get(String field) {
        return get(field, Codec.TEXT);
    }

    /** The value of the first field of this name; null when there is none. */
    public <V> V get(String field, Codec<V> codec) {
        int at = names.indexOf(field);
        return at < 0 ? null : codec.decode(values.get(at));
    }

    /**
     * All fields as text, in their order; of several of one name the last. Empty for an entry that was deleted and is still pending in a
     * group.
     */
    public Map<String, String> fields() {
        return fields(Codec.TEXT);
    }

    /** As {@link #fields()}, with their values decoded by this codec. */
    public <V> Map<String, V> fields(Codec<V> codec) {
        Map<String, V> fields = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            fields.put(names.get(i), codec.decode(values.get(i)));
        }
        return fields;
    }

    /** Null for null. */
    static StreamEntry of(Reply reply) {
        if (reply.isNull()) {
            return null;
        }
        List<Reply> flat = reply.asList().get(1).asList();
        List<String> names = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < flat.size(); i += 2) {
            names.add(flat.get(i).asString());
            values.add(flat.get(i + 1).asBytes());
        }
        return new StreamEntry(reply.asList().get(0).asString(), names, values);
    }

    /** Null for null, which stands for an entry that is gone. */
    static StreamEntry read(RespReader reader) {
        if (reader.readAggregate() < 0) {
            return null;
        }
        String id = reader.readString();
        int fields = Math.max(reader.readMapHeader(), 0);
        List<String> names = new ArrayList<>(fields);
        List<byte[]> values = new ArrayList<>(fields);
        for (int i = 0; i < fields; i++) {
            names.add(reader.readString());
            values.add(reader.readBytes());
        }
        return new StreamEntry(id, names, values);
    }

    /** Without those that are gone. */
    static List<StreamEntry> readAll(RespReader reader) {
        List<StreamEntry> entries = Results.list(reader, StreamEntry::read);
        entries.removeIf(Objects::isNull);
        return entries;
    }

    /** Entries by the key of their stream: a map in RESP3, pairs in RESP2, null in both when there are none. */
    static Map<String, List<StreamEntry>> readStreams(RespReader reader) {
        return Results.mapOrPairs(reader, StreamEntry::readAll);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamEntry entry
                && id.equals(entry.id)
                && names.equals(entry.names)
                && Arrays.deepEquals(values.toArray(), entry.values.toArray());
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The id and the names of its fields: values may be secret. */
    @Override
    public String toString() {
        return id + " " + names;
    }
}
