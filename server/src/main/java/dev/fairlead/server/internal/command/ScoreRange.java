package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue.Scored;
import java.util.Arrays;

/** A part of a sorted set: between two scores, between two members, or between two ranks. */
interface ScoreRange {
    /** The lowest element inside, or null. */
    Scored first(SortedSetValue set);

    /** The highest element inside, or null. */
    Scored last(SortedSetValue set);

    /** How many elements are inside. */
    default int count(SortedSetValue set) {
        Scored first = first(set);
        Scored last = last(set);
        return first == null || last == null ? 0 : Math.max(0, set.rankOf(last) - set.rankOf(first) + 1);
    }

    /** {@code min max} of ZRANGEBYSCORE: numbers, {@code (} before one that is left out. */
    static ScoreRange byScore(byte[] min, byte[] max) {
        boolean minOpen = isOpen(min);
        boolean maxOpen = isOpen(max);
        double low = score(min, minOpen);
        double high = score(max, maxOpen);
        return new ScoreRange() {
            @Override
            public Scored first(SortedSetValue set) {
                Scored x = set.firstFromScore(low, minOpen);
                return x == null || (maxOpen ? x.score() >= high : x.score() > high) ? null : x;
            }

            @Override
            public Scored last(SortedSetValue set) {
                Scored x = set.lastToScore(high, maxOpen);
                return x == null || (minOpen ? x.score() <= low : x.score() < low) ? null : x;
            }
        };
    }

    private static boolean isOpen(byte[] arg) {
        return arg.length > 0 && arg[0] == '(';
    }

    private static double score(byte[] arg, boolean open) {
        byte[] number = open ? Arrays.copyOfRange(arg, 1, arg.length) : arg;
        double value = number.length == 0 ? 0 : Args.parseDouble(number); // An empty number is 0 here, as in Redis.
        if (Double.isNaN(value)) {
            throw new CommandException("ERR min or max is not a float");
        }
        return value;
    }

    /** {@code min max} of ZRANGEBYLEX: {@code -}, {@code +}, {@code [member}, {@code (member}. */
    static ScoreRange byMember(byte[] min, byte[] max) {
        requireMember(min);
        requireMember(max);
        byte[] low = Arrays.copyOfRange(min, 1, min.length);
        byte[] high = Arrays.copyOfRange(max, 1, max.length);
        return new ScoreRange() {
            @Override
            public Scored first(SortedSetValue set) {
                Scored x = min[0] == '-' ? set.first() : min[0] == '+' ? null : set.firstFromMember(low, min[0] == '(');
                return x == null || !belowMax(x) ? null : x;
            }

            @Override
            public Scored last(SortedSetValue set) {
                Scored x = max[0] == '+' ? set.last() : max[0] == '-' ? null : set.lastToMember(high, max[0] == '(');
                return x == null || !aboveMin(x) ? null : x;
            }

            private boolean belowMax(Scored x) {
                return max[0] == '+'
                        || max[0] != '-' && Arrays.compareUnsigned(x.key(), high) < (max[0] == '(' ? 0 : 1);
            }

            private boolean aboveMin(Scored x) {
                return min[0] == '-'
                        || min[0] != '+' && Arrays.compareUnsigned(x.key(), low) > (min[0] == '(' ? 0 : -1);
            }
        };
    }

    private static void requireMember(byte[] arg) {
        boolean end = arg.length == 1 && (arg[0] == '-' || arg[0] == '+');
        if (!end && (arg.length == 0 || arg[0] != '[' && arg[0] != '(')) {
            throw new CommandException("ERR min or max not valid string range item");
        }
    }

    /** Ranks from the lowest element, negative ones from the end; both included. */
    static ScoreRange byRank(long start, long end, boolean reverse) {
        return new ScoreRange() {
            @Override
            public Scored first(SortedSetValue set) {
                return at(set, true);
            }

            @Override
            public Scored last(SortedSetValue set) {
                return at(set, false);
            }

            private Scored at(SortedSetValue set, boolean low) {
                int size = set.size();
                long from = Math.max(0, start < 0 ? start + size : start);
                long to = Math.min(size - 1L, end < 0 ? end + size : end);
                if (from > to) {
                    return null;
                }
                // Counted from the other end, the first rank asked for is the highest element.
                long lowest = reverse ? size - 1 - to : from;
                long highest = reverse ? size - 1 - from : to;
                return set.atRank((int) (low ? lowest : highest));
            }
        };
    }
}
