package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Decodes replies into what the typed commands promise; the forms of RESP2 and RESP3 alike. */
final class Results {
    private Results() {}

    /** {@code +OK}, which says nothing more. */
    static Void done(RespReader reader) {
        reader.skip();
        return null;
    }

    /** {@code +OK}, or null where a condition did not hold. */
    static Boolean isOk(RespReader reader) {
        if (reader.readNull()) {
            return false;
        }
        reader.skip();
        return true;
    }

    /** One value as a codec has it; null for null. */
    static <V> Function<RespReader, V> value(Codec<V> codec) {
        return reader -> {
            byte[] bytes = reader.readBytes();
            return bytes == null ? null : codec.decode(bytes);
        };
    }

    /** Empty where the server says null: nothing was there. */
    static <T> List<T> list(RespReader reader, Function<RespReader, ? extends T> element) {
        int size = reader.readAggregate();
        List<T> list = new ArrayList<>(Math.max(size, 0));
        for (int i = 0; i < size; i++) {
            list.add(element.apply(reader));
        }
        return list;
    }

    /** A decoder of lists. */
    static <T> Function<RespReader, List<T>> listOf(Function<RespReader, ? extends T> element) {
        return reader -> list(reader, element);
    }

    static List<String> strings(RespReader reader) {
        return list(reader, RespReader::readString);
    }

    static List<Boolean> booleans(RespReader reader) {
        return list(reader, RespReader::readBoolean);
    }

    /** Null where there is no number. */
    static List<Long> longs(RespReader reader) {
        return list(reader, RespReader::readLongOrNull);
    }

    static List<Double> doubles(RespReader reader) {
        return list(reader, RespReader::readDoubleOrNull);
    }

    static <T> Set<T> set(RespReader reader, Function<RespReader, ? extends T> element) {
        int size = reader.readAggregate();
        Set<T> set = new LinkedHashSet<>(Math.max(size, 0) * 4 / 3 + 1);
        for (int i = 0; i < size; i++) {
            set.add(element.apply(reader));
        }
        return set;
    }

    static Set<String> stringSet(RespReader reader) {
        return set(reader, RespReader::readString);
    }

    /** A map, or the flat array that RESP2 has for it; empty for null. */
    static <V> Map<String, V> map(RespReader reader, Function<RespReader, ? extends V> value) {
        int entries = Math.max(reader.readMapHeader(), 0);
        Map<String, V> map = new LinkedHashMap<>(entries * 4 / 3 + 1);
        for (int i = 0; i < entries; i++) {
            map.put(reader.readString(), value.apply(reader));
        }
        return map;
    }

    static Map<String, String> stringMap(RespReader reader) {
        return map(reader, RespReader::readString);
    }

    static Map<String, Long> longMap(RespReader reader) {
        return map(reader, RespReader::readLong);
    }

    /** What the server has no fixed form for: each value as it comes. */
    static Map<String, Reply> replyMap(RespReader reader) {
        return map(reader, RespReader::readReply);
    }

    /** A map in RESP3, an array of pairs in RESP2; empty for null. */
    static <V> Map<String, V> mapOrPairs(RespReader reader, Function<RespReader, ? extends V> value) {
        if (reader.peek() == RespType.MAP) {
            return map(reader, value);
        }
        int size = reader.readAggregate();
        Map<String, V> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            reader.readAggregate();
            map.put(reader.readString(), value.apply(reader));
        }
        return map;
    }

    /** Pairs: in turn in RESP2, each an array of its own in RESP3. Both servers send a single one flat in some replies. */
    private static <T> List<T> pairs(RespReader reader, Function<RespReader, T> pair) {
        int size = reader.readAggregate();
        if (size <= 0) {
            return List.of();
        }
        boolean nested = reader.peek() == RespType.ARRAY;
        int count = nested ? size : size / 2;
        List<T> pairs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (nested) {
                reader.readAggregate();
            }
            pairs.add(pair.apply(reader));
        }
        return pairs;
    }

    /** Members and scores; ZPOPMIN without a count gives one flat pair in both protocols. */
    static List<ScoredMember> scoredMembers(RespReader reader) {
        return pairs(reader, each -> new ScoredMember(each.readString(), each.readDouble()));
    }

    /** Null when the sorted set is empty. */
    static ScoredMember scoredMember(RespReader reader) {
        List<ScoredMember> members = scoredMembers(reader);
        return members.isEmpty() ? null : members.get(0);
    }

    /** Fields and values (HRANDFIELD … WITHVALUES). A field may come twice. */
    static List<Map.Entry<String, String>> entries(RespReader reader) {
        return pairs(reader, each -> Map.entry(each.readString(), each.readString()));
    }

    /** A key and what was taken from it; null when nothing was. */
    static <V> Map.Entry<String, V> keyAndElement(RespReader reader, Function<RespReader, ? extends V> element) {
        return reader.readAggregate() <= 0 ? null : Map.entry(reader.readString(), element.apply(reader));
    }

    static Map.Entry<String, String> keyAndString(RespReader reader) {
        return keyAndElement(reader, RespReader::readString);
    }

    /** A key and the elements that were taken from it; null when none were. */
    static Map.Entry<String, List<String>> keyAndStrings(RespReader reader) {
        return keyAndElement(reader, Results::strings);
    }

    /** A key, a member that was taken from it, and its score; null when none was. */
    static Map.Entry<String, ScoredMember> keyAndMember(RespReader reader) {
        return keyAndElement(reader, each -> new ScoredMember(each.readString(), each.readDouble()));
    }

    /** A key and the members that were taken from it; null when none were. */
    static Map.Entry<String, List<ScoredMember>> keyAndMembers(RespReader reader) {
        return keyAndElement(reader, Results::scoredMembers);
    }

    /** A cursor, and the items of this step. */
    static <T> Function<RespReader, ScanPage<T>> page(Function<RespReader, List<T>> items) {
        return reader -> {
            reader.readAggregate();
            return new ScanPage<>(reader.readString(), items.apply(reader));
        };
    }
}
