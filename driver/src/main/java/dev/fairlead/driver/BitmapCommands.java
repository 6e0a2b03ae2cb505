package dev.fairlead.driver;

import java.util.List;

/** Commands on the bits of strings. Bit 0 is the highest one of the first byte; what a string does not have yet is 0. */
abstract class BitmapCommands extends StringCommands {
    BitmapCommands() {}

    public static Command<Boolean> getBit(String key, long offset) {
        return Words.of("GETBIT").add(key).add(offset).readsBoolean();
    }

    /** The bit as it was before. */
    public static Command<Boolean> setBit(String key, long offset, boolean bit) {
        return Words.of("SETBIT").add(key).add(offset).add(bit ? 1 : 0).readsBoolean();
    }

    /** How many bits are set. */
    public static Command<Long> bitCount(String key) {
        return Words.of("BITCOUNT").add(key).readsLong();
    }

    /** How many bits of this part are set. */
    public static Command<Long> bitCount(String key, BitRange range) {
        return range.addTo(Words.of("BITCOUNT").add(key)).readsLong();
    }

    /** Position of the first such bit; -1 when there is none. A string ends in zeros without end: a 0 is always found. */
    public static Command<Long> bitPos(String key, boolean bit) {
        return Words.of("BITPOS").add(key).add(bit ? 1 : 0).readsLong();
    }

    /** Position of the first such bit in this part, counted from the string's beginning; -1 when there is none. */
    public static Command<Long> bitPos(String key, boolean bit, BitRange range) {
        return range.addTo(Words.of("BITPOS").add(key).add(bit ? 1 : 0)).readsLong();
    }

    /** Length in bytes of the result that was stored: that of the longest source. {@link BitOperation#NOT} takes one source. */
    public static Command<Long> bitOp(BitOperation operation, String target, String... keys) {
        return Words.of("BITOP")
                .add(operation.name())
                .add(target)
                .addSome("key", keys)
                .readsLong();
    }

    /**
     * Runs the operations on integers of any width within the string. One result for each but, for a GET the number, for a SET the former
     * one, for an INCRBY the new one; null where {@link BitField.Overflow#FAIL} kept it from being changed.
     */
    public static Command<List<Long>> bitField(String key, BitField... operations) {
        return BitField.addTo(Words.of("BITFIELD").add(key), operations).reads(Results::longs);
    }

    /** As {@link #bitField} with {@link BitField#get} only; a replica serves it. Servers from 6.0. */
    public static Command<List<Long>> bitFieldRo(String key, BitField... gets) {
        return BitField.addTo(Words.of("BITFIELD_RO").add(key), gets).reads(Results::longs);
    }
}
