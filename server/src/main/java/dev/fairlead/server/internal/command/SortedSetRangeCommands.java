package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue.Scored;
import java.util.ArrayList;
import java.util.List;

/** Parts of one sorted set, by rank, score or member: reading, counting, storing and removing them. */
final class SortedSetRangeCommands {
    private enum By {
        RANK,
        SCORE,
        MEMBER
    }

    private SortedSetRangeCommands() {}

    static void register(CommandRegistry r) {
        r.register("zrange", (c, a) -> range(c, a, Query.parse(a, 1, true)))
                .register("zrangestore", SortedSetRangeCommands::zrangestore)
                .register("zrevrange", (c, a) -> range(c, a, Query.parseOld(a, By.RANK, true)))
                .register("zrangebyscore", (c, a) -> range(c, a, Query.parseOld(a, By.SCORE, false)))
                .register("zrevrangebyscore", (c, a) -> range(c, a, Query.parseOld(a, By.SCORE, true)))
                .register("zrangebylex", (c, a) -> range(c, a, Query.parseOld(a, By.MEMBER, false)))
                .register("zrevrangebylex", (c, a) -> range(c, a, Query.parseOld(a, By.MEMBER, true)))
                .register("zcount", (c, a) -> count(c, a, ScoreRange.byScore(a[2], a[3])))
                .register("zlexcount", (c, a) -> count(c, a, ScoreRange.byMember(a[2], a[3])))
                .register(
                        "zremrangebyrank",
                        (c, a) -> remove(c, a, ScoreRange.byRank(Args.longValue(a[2]), Args.longValue(a[3]), false)))
                .register("zremrangebyscore", (c, a) -> remove(c, a, ScoreRange.byScore(a[2], a[3])))
                .register("zremrangebylex", (c, a) -> remove(c, a, ScoreRange.byMember(a[2], a[3])));
    }

    private static final class Query {
        By by = By.RANK;
        boolean reverse;
        boolean withScores;
        boolean limited;
        long skip;
        long limit = -1;
        ScoreRange range;

        /** {@code key start stop [options]}, the key at {@code at}. */
        static Query parse(byte[][] argv, int at, boolean scoresAllowed) {
            Query q = new Query();
            q.options(argv, at + 3, scoresAllowed, true);
            if (q.limited && q.limit != -1 && q.by == By.RANK) {
                throw new CommandException(
                        "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
            }
            if (q.withScores && q.by == By.MEMBER) {
                throw new CommandException("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
            }
            q.bounds(argv[at + 1], argv[at + 2]);
            return q;
        }

        /** The commands that say in their name what ZRANGE says in options. */
        static Query parseOld(byte[][] argv, By by, boolean reverse) {
            Query q = new Query();
            q.by = by;
            q.reverse = reverse;
            q.options(argv, 4, true, false);
            if (by == By.RANK && q.limited && q.limit != -1) {
                throw new CommandException(
                        "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
            }
            if (q.withScores && by == By.MEMBER) {
                throw new CommandException("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
            }
            q.bounds(argv[2], argv[3]);
            return q;
        }

        private void options(byte[][] argv, int from, boolean scoresAllowed, boolean unified) {
            for (int i = from; i < argv.length; i++) {
                if (scoresAllowed && Args.is(argv[i], "withscores")) {
                    withScores = true;
                } else if (Args.is(argv[i], "limit") && i + 2 < argv.length) {
                    skip = Args.longValue(argv[i + 1]);
                    limit = Args.longValue(argv[i + 2]);
                    limited = true;
                    i += 2;
                } else if (unified && Args.is(argv[i], "rev")) {
                    reverse = true;
                } else if (unified && by == By.RANK && Args.is(argv[i], "byscore")) {
                    by = By.SCORE;
                } else if (unified && by == By.RANK && Args.is(argv[i], "bylex")) {
                    by = By.MEMBER;
                } else {
                    throw Args.SYNTAX;
                }
            }
        }

        private void bounds(byte[] first, byte[] second) {
            byte[] low = reverse ? second : first;
            byte[] high = reverse ? first : second;
            range = switch (by) {
                case RANK -> ScoreRange.byRank(Args.longValue(first), Args.longValue(second), reverse);
                case SCORE -> ScoreRange.byScore(low, high);
                case MEMBER -> ScoreRange.byMember(low, high);
            };
        }

        List<Scored> run(SortedSetValue set) {
            List<Scored> found = new ArrayList<>();
            if (set == null || skip < 0) {
                return found;
            }
            Scored first = range.first(set);
            Scored last = range.last(set);
            if (first == null || last == null) {
                return found;
            }
            Scored x = reverse ? last : first;
            Scored end = reverse ? first : last;
            if (skip > 0) {
                int rank = set.rankOf(x);
                long target = reverse ? rank - skip : rank + skip;
                boolean outside = reverse ? target < set.rankOf(end) : target > set.rankOf(end);
                x = outside ? null : set.atRank((int) target);
            }
            while (x != null && (limit < 0 || found.size() < limit)) {
                found.add(x);
                x = x == end ? null : reverse ? x.previous() : x.next();
            }
            return found;
        }
    }

    /** Members, or members with scores: pairs in RESP3, one flat array in RESP2. */
    static void reply(Call call, List<Scored> elements, boolean withScores) {
        boolean pairs = withScores && call.session().protocol() >= 3;
        call.out().array(withScores && !pairs ? 2 * elements.size() : elements.size());
        for (Scored element : elements) {
            if (pairs) {
                call.out().array(2);
            }
            call.out().bulk(element.key());
            if (withScores) {
                call.out().doubleValue(Doubles.format(element.score()));
            }
        }
    }

    private static void range(Call call, byte[][] argv, Query query) {
        reply(call, query.run(call.read(argv[1], SortedSetValue.class)), query.withScores);
    }

    private static void zrangestore(Call call, byte[][] argv) {
        Query query = Query.parse(argv, 2, false);
        List<Scored> elements = query.run(call.read(argv[2], SortedSetValue.class));
        SortedSetValue result = new SortedSetValue(call.keyspace().limits());
        elements.forEach(x -> result.put(x.key(), x.score()));
        SortedSetAlgebraCommands.store(call, argv[1], result);
    }

    private static void count(Call call, byte[][] argv, ScoreRange range) {
        SortedSetValue set = call.read(argv[1], SortedSetValue.class);
        call.out().integer(set == null ? 0 : range.count(set));
    }

    private static void remove(Call call, byte[][] argv, ScoreRange range) {
        SortedSetValue set = call.write(argv[1], SortedSetValue.class);
        int removed = set == null ? 0 : range.count(set);
        if (removed > 0) {
            Scored x = range.first(set);
            for (int i = 0; i < removed; i++) {
                Scored next = x.next();
                set.remove(x.key());
                x = next;
            }
            call.removeIfEmpty(argv[1], set);
            call.changed(argv[1]);
            call.addChanges(removed - 1L);
        }
        call.out().integer(removed);
    }
}
