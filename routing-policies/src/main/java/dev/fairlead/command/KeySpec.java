package dev.fairlead.command;

import java.util.List;
import java.util.Set;

/**
 * Where one run of keys stands among a command's arguments, and what the command does to them. As servers give it in
 * {@code COMMAND INFO}. Immutable.
 *
 * @param flags what is done to the keys, in the words of the protocol: {@code RO RW OW RM access update insert delete},
 *     {@code not_key} for what only looks like one (a shard channel), {@code incomplete}, {@code variable_flags}
 * @param begin where the run starts
 * @param find how far it reaches from there
 */
public record KeySpec(Set<String> flags, Begin begin, Find find) {

    /** Where a run of keys starts. */
    public sealed interface Begin permits Index, Keyword, Unknown {}

    /** How far a run of keys reaches. */
    public sealed interface Find permits Range, KeyCount, Unknown {}

    /** At a fixed argument; the command's name is argument 0. */
    public record Index(int index) implements Begin {}

    /**
     * Behind a word that is searched from argument {@code startFrom} on; negative counts from the end, and searches
     * backwards.
     */
    public record Keyword(String keyword, int startFrom) implements Begin {}

    /**
     * Up to the argument {@code last} counted from the start, or from the end of the arguments if negative; every
     * {@code step}-th one; {@code limit} 2 means that only the first half of what is left are keys.
     */
    public record Range(int last, int step, int limit) implements Find {}

    /** The argument at the start says how many keys follow it. */
    public record KeyCount() implements Find {}

    /** Cannot be told from the arguments. */
    public record Unknown() implements Begin, Find {}

    private static final Unknown UNKNOWN = new Unknown();

    /** Whether the run names keys of the keyspace; a shard channel does not. */
    boolean namesKeys() {
        return !flags.contains("not_key");
    }

    /** Appends the positions of this run; nothing when the arguments do not fit it. */
    void addPositions(byte[][] argv, Positions out) {
        int first = firstOf(argv);
        if (first <= 0 || first >= argv.length) {
            return;
        }
        if (find instanceof Range range) {
            out.addRange(first, lastOf(range, first, argv.length), range.step(), argv.length);
        } else if (find instanceof KeyCount) {
            long count = Arguments.integer(argv[first], -1);
            if (count > 0 && count < argv.length - first) {
                out.addRange(first + 1, first + (int) count, 1, argv.length);
            }
        }
    }

    private int firstOf(byte[][] argv) {
        if (begin instanceof Index fixed) {
            return fixed.index();
        }
        return begin instanceof Keyword word ? 1 + Arguments.indexOf(argv, word.keyword(), word.startFrom()) : -1;
    }

    private static int lastOf(Range range, int first, int argc) {
        if (range.last() >= 0) {
            return first + range.last();
        }
        return range.limit() > 1 ? first + (argc - first) / range.limit() + range.last() : argc + range.last();
    }

    /** Reads the notation that the head of commands.txt explains. */
    static KeySpec parse(String text) {
        int at = text.indexOf('@');
        Set<String> flags = Rows.words(text.substring(0, at));
        String where = text.substring(at + 1);
        if (where.equals("?")) {
            return new KeySpec(flags, UNKNOWN, UNKNOWN);
        }
        if (where.endsWith("#")) {
            return new KeySpec(flags, begin(where.substring(0, where.length() - 1)), new KeyCount());
        }
        int dots = where.indexOf("..");
        if (dots < 0) {
            return new KeySpec(flags, begin(where), new Range(0, 1, 0));
        }
        String[] limited = where.substring(dots + 2).split("%", 2);
        String[] stepped = limited[0].split("/", 2);
        Range range = new Range(
                Integer.parseInt(stepped[0]),
                stepped.length > 1 ? Integer.parseInt(stepped[1]) : 1,
                limited.length > 1 ? Integer.parseInt(limited[1]) : 0);
        return new KeySpec(flags, begin(where.substring(0, dots)), range);
    }

    private static Begin begin(String text) {
        int open = text.indexOf('(');
        return open < 0
                ? new Index(Integer.parseInt(text))
                : new Keyword(text.substring(0, open), Integer.parseInt(text.substring(open + 1, text.length() - 1)));
    }

    /** One unbroken range of arguments; all zeros for none. A negative last one counts from the end. */
    record PlainRange(int first, int last, int step) {}

    /** What clients of old read from {@code COMMAND}: the part of the runs that is one unbroken range. */
    static PlainRange plainRange(List<KeySpec> specs) {
        PlainRange whole = new PlainRange(0, 0, 0);
        for (KeySpec spec : specs) {
            if (spec.begin instanceof Index fixed && spec.find instanceof Range range) {
                int first = fixed.index();
                int last = range.last() >= 0 ? first + range.last() : range.last();
                if (specs.size() == 1 || whole.first == 0 && range.step() == 1) {
                    whole = new PlainRange(first, last, range.step());
                } else if (whole.last == first - 1 && range.step() == 1) {
                    whole = new PlainRange(whole.first, last, 1);
                }
            }
        }
        return whole;
    }
}
