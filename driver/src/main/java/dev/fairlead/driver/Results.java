package dev.fairlead.driver;

import dev.fairlead.resp.RespReader;
import dev.fairlead.resp.RespType;
import java.util.ArrayList;
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

    static Set<String> set(RespReader reader) {
        int size = reader.readAggregate();
        Set<String> set = new LinkedHashSet<>(Math.max(size, 0) * 4 / 3 + 1);
        for (int i = 0; i < size; i++) {
            set.add(reader.readString());
        }
        return set;
    }

    static <T> List<T> list(RespReader reader, Function<RespReader, T> element) {
        int size = reader.readAggregate();
        List<T> list = new ArrayList<>(Math.max(size, 0));
        for (int i = 0; i < size; i++) {
            list.add(element.apply(reader));
        }
        return list;
    }

    static List<Boolean> booleans(RespReader reader) {
        return list(reader, RespReader::readBoolean);
    }

    static List<Double> doubles(RespReader reader) {
        return list(reader, RespReader::readDoubleOrNull);
    }

    /** A list that is empty where the server says null: nothing was there to take. */
    static List<String> stringsOrNone(RespReader reader) {
        return list(reader, RespReader::readString);
    }

    /** Members and scores: in turn in RESP2, as pairs in RESP3; ZPOPMIN without a count gives one flat pair in both. */
    static List<ScoredMember> scoredMembers(RespReader reader) {
        int size = reader.readAggregate();
        if (size <= 0) {
            return List.of();
        }
        boolean inPairs = reader.peek() == RespType.ARRAY;
        List<ScoredMember> members = new ArrayList<>(inPairs ? size : size / 2);
        for (int i = 0; i < (inPairs ? size : size / 2); i++) {
            if (inPairs) {
                reader.readAggregate();
            }
            members.add(new ScoredMember(reader.readString(), reader.readDouble()));
        }
        return members;
    }

    /** Null when the sorted set is empty. */
    static ScoredMember scoredMember(RespReader reader) {
        List<ScoredMember> members = scoredMembers(reader);
        return members.isEmpty() ? null : members.get(0);
    }

    /** Fields and values: in turn in RESP2, as pairs in RESP3 (HRANDFIELD … WITHVALUES). A field may come twice. */
    static List<Map.Entry<String, String>> entries(RespReader reader) {
        int size = reader.readAggregate();
        if (size <= 0) {
            return List.of();
        }
        boolean inPairs = reader.peek() == RespType.ARRAY;
        List<Map.Entry<String, String>> entries = new ArrayList<>(inPairs ? size : size / 2);
        for (int i = 0; i < (inPairs ? size : size / 2); i++) {
            if (inPairs) {
                reader.readAggregate();
            }
            entries.add(Map.entry(reader.readString(), reader.readString()));
        }
        return entries;
    }

    /** A key and what was taken from it; null when nothing was. */
    static Map.Entry<String, String> keyAndElement(RespReader reader) {
        return reader.readAggregate() <= 0 ? null : Map.entry(reader.readString(), reader.readString());
    }

    /** A key, a member that was taken from it, and its score; null when none was. */
    static Map.Entry<String, ScoredMember> keyAndMember(RespReader reader) {
        return reader.readAggregate() <= 0
                ? null
                : Map.entry(reader.readString(), new ScoredMember(reader.readString(), reader.readDouble()));
    }

    /** A cursor, and the items of this step. */
    static <T> Function<RespReader, ScanPage<T>> page(Function<RespReader, List<T>> items) {
        return reader -> {
            reader.readAggregate();
            return new ScanPage<>(reader.readString(), items.apply(reader));
        };
    }
}
