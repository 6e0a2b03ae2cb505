package dev.fairlead.server.internal.persistence;

import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.HashValue;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.StringValue;
import dev.fairlead.server.internal.keyspace.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads one value, a piece at a time: a string or a packed form whole, a collection by its elements. */
final class ValueReader {
    /** What one element of a plain form is, or a packed form as a whole. */
    @FunctionalInterface
    private interface Piece {
        void read(RdbInput in) throws RdbException, RdbInput.MoreNeeded;
    }

    private Value value;
    private final boolean counted;
    private Piece piece;
    /** Pieces to come; -1 before the number was read. */
    private int left;

    private ValueReader(Value value, boolean counted) {
        this.value = value;
        this.counted = counted;
        this.left = counted ? -1 : 1;
    }

    /**
     * A reader for a kind of value.
     *
     * @throws RdbException naming the kind when this server cannot hold it
     */
    static ValueReader of(int type, EncodingLimits limits) throws RdbException {
        switch (type) {
            case RdbType.STRING: {
                ValueReader reader = new ValueReader(null, false);
                reader.piece = in -> reader.value = new StringValue(in.string());
                return reader;
            }
            case RdbType.LIST, RdbType.LIST_QUICKLIST, RdbType.LIST_QUICKLIST_2, RdbType.LIST_ZIPLIST:
                return list(type);
            case RdbType.SET, RdbType.SET_INTSET, RdbType.SET_LISTPACK:
                return set(type, limits);
            case RdbType.HASH, RdbType.HASH_LISTPACK, RdbType.HASH_ZIPLIST, RdbType.HASH_ZIPMAP:
                return hash(type, limits);
            case RdbType.ZSET, RdbType.ZSET_TEXT_SCORES, RdbType.ZSET_LISTPACK, RdbType.ZSET_ZIPLIST:
                return sortedSet(type, limits);
            default:
                throw new RdbException(
                        "type " + type + ": " + RdbType.describe(type) + ", which this server cannot hold");
        }
    }

    /** Reads the next piece. Returns whether that was the last. */
    boolean step(RdbInput in) throws RdbException, RdbInput.MoreNeeded {
        if (left < 0) {
            left = in.count();
        } else {
            piece.read(in);
            left--;
        }
        if (left == 0 && counted && value.elements() == 0) {
            throw new RdbException("an empty " + value.typeName());
        }
        return left == 0;
    }

    Value value() {
        return value;
    }

    private static ValueReader list(int type) {
        ListValue list = new ListValue();
        ValueReader reader = new ValueReader(list, type != RdbType.LIST_ZIPLIST);
        reader.piece = switch (type) {
            case RdbType.LIST -> in -> list.addLast(in.string());
            case RdbType.LIST_QUICKLIST_2 ->
                in -> {
                    boolean packed = in.count() == 2;
                    byte[] node = in.string();
                    (packed ? Packed.listpack(node) : List.of(node)).forEach(list::addLast);
                };
            default -> in -> Packed.ziplist(in.string()).forEach(list::addLast);
        };
        return reader;
    }

    private static ValueReader set(int type, EncodingLimits limits) {
        SetValue set = new SetValue(limits);
        ValueReader reader = new ValueReader(set, type == RdbType.SET);
        reader.piece = switch (type) {
            case RdbType.SET -> in -> set.add(in.string());
            case RdbType.SET_INTSET -> in -> Packed.intset(in.string()).forEach(set::add);
            default -> in -> Packed.listpack(in.string()).forEach(set::add);
        };
        return reader;
    }

    private static ValueReader hash(int type, EncodingLimits limits) {
        HashValue hash = new HashValue(limits);
        ValueReader reader = new ValueReader(hash, type == RdbType.HASH);
        reader.piece = switch (type) {
            case RdbType.HASH ->
                in -> {
                    byte[] field = in.string();
                    hash.put(field, in.string());
                };
            case RdbType.HASH_LISTPACK -> in -> fields(hash, Packed.listpack(in.string()));
            case RdbType.HASH_ZIPLIST -> in -> fields(hash, Packed.ziplist(in.string()));
            default -> in -> fields(hash, Packed.zipmap(in.string()));
        };
        return reader;
    }

    private static ValueReader sortedSet(int type, EncodingLimits limits) {
        SortedSetValue sorted = new SortedSetValue(limits);
        boolean plain = type == RdbType.ZSET || type == RdbType.ZSET_TEXT_SCORES;
        ValueReader reader = new ValueReader(sorted, plain);
        reader.piece = switch (type) {
            case RdbType.ZSET ->
                in -> {
                    byte[] member = in.string();
                    put(sorted, member, Double.longBitsToDouble(in.littleEndian(8)));
                };
            case RdbType.ZSET_TEXT_SCORES ->
                in -> {
                    byte[] member = in.string();
                    put(sorted, member, textScore(in));
                };
            case RdbType.ZSET_LISTPACK -> in -> scores(sorted, Packed.listpack(in.string()));
            default -> in -> scores(sorted, Packed.ziplist(in.string()));
        };
        return reader;
    }

    private static double textScore(RdbInput in) throws RdbException, RdbInput.MoreNeeded {
        int length = in.octet();
        return switch (length) {
            case 253 -> Double.NaN;
            case 254 -> Double.POSITIVE_INFINITY;
            case 255 -> Double.NEGATIVE_INFINITY;
            default -> number(in.raw(length));
        };
    }

    private static void fields(HashValue hash, List<byte[]> pairs) throws RdbException {
        even(pairs);
        for (int i = 0; i < pairs.size(); i += 2) {
            hash.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    private static void scores(SortedSetValue sorted, List<byte[]> pairs) throws RdbException {
        even(pairs);
        for (int i = 0; i < pairs.size(); i += 2) {
            put(sorted, pairs.get(i), number(pairs.get(i + 1)));
        }
    }

    private static void even(List<byte[]> pairs) throws RdbException {
        if (pairs.size() % 2 != 0) {
            throw new RdbException("a packed form of pairs has " + pairs.size() + " elements");
        }
    }

    private static void put(SortedSetValue sorted, byte[] member, double score) throws RdbException {
        if (Double.isNaN(score)) {
            throw new RdbException("a score that is not a number");
        }
        sorted.put(member, score);
    }

    private static double number(byte[] text) throws RdbException {
        String score = new String(text, StandardCharsets.US_ASCII);
        try {
            return switch (score) {
                case "inf" -> Double.POSITIVE_INFINITY;
                case "-inf" -> Double.NEGATIVE_INFINITY;
                default -> Double.parseDouble(score);
            };
        } catch (NumberFormatException e) {
            throw new RdbException("'" + score + "' is not a score", e);
        }
    }
}
