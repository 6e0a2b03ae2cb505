package dev.fairlead.driver;

import java.util.List;
import java.util.Objects;

/**
 * One operation of {@code BITFIELD} on an integer that starts at any bit: {@code BitField.get("u8", 0)}. Types are {@code i1} to {@code i64},
 * signed, and {@code u1} to {@code u63}. Offsets count bits; {@link #at} makes one that counts integers of the type. Immutable.
 */
public final class BitField {
    private final List<String> words;
    private final Overflow overflow;

    private BitField(Overflow overflow, String... words) {
        this.words = List.of(words);
        this.overflow = overflow;
    }

    /** What becomes of a number that the type cannot hold. */
    public enum Overflow {
        /** It begins again from the other end. */
        WRAP,
        /** It stays at the end that it reached. */
        SAT,
        /** It is not changed, and the result is null. */
        FAIL
    }

    public static BitField get(String type, long offset) {
        return new BitField(null, "GET", type, Long.toString(offset));
    }

    public static BitField set(String type, long offset, long value) {
        return new BitField(Overflow.WRAP, "SET", type, Long.toString(offset), Long.toString(value));
    }

    /** Adds, which may be a negative number. Wraps around; see {@link #onOverflow}. */
    public static BitField incrBy(String type, long offset, long amount) {
        return new BitField(Overflow.WRAP, "INCRBY", type, Long.toString(offset), Long.toString(amount));
    }

    /** The same operation at the {@code index}-th integer of its type, from 0, instead of its offset. */
    public BitField at(long index) {
        String[] changed = words.toArray(String[]::new);
        changed[2] = "#" + index;
        return new BitField(overflow, changed);
    }

    /**
     * The same SET or INCRBY with another answer to a number that does not fit.
     *
     * @throws IllegalStateException for a GET
     */
    public BitField onOverflow(Overflow answer) {
        if (overflow == null) {
            throw new IllegalStateException("a GET changes nothing that could overflow");
        }
        return new BitField(Objects.requireNonNull(answer, "answer"), words.toArray(String[]::new));
    }

    static Words addTo(Words out, BitField... operations) {
        Overflow current = Overflow.WRAP;
        for (BitField each : operations) {
            if (each.overflow != null && each.overflow != current) {
                current = each.overflow;
                out.add("OVERFLOW").add(current.name());
            }
            each.words.forEach(out::add);
        }
        return out;
    }
}
