package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Numbers;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Commands on the elements of one sorted set. Ranges are {@link SortedSetRangeCommands}, several sets {@link SortedSetAlgebraCommands},
 * pops {@link SortedSetPopCommands}.
 */
final class SortedSetCommands {
    private static final String SCORE_IS_NAN = "ERR resulting score is not a number (NaN)";

    private SortedSetCommands() {}

    static void register(CommandRegistry r) {
        r.register("zadd", SortedSetCommands::zadd)
                .register("zincrby", SortedSetCommands::zincrby)
                .register("zrem", SortedSetCommands::zrem)
                .register("zscore", SortedSetCommands::zscore)
                .register("zmscore", SortedSetCommands::zmscore)
                .register("zcard", SortedSetCommands::zcard)
                .register("zrank", (c, a) -> rank(c, a, false))
                .register("zrevrank", (c, a) -> rank(c, a, true))
                .register("zrandmember", SortedSetCommands::zrandmember)
                .register("zscan", SortedSetCommands::zscan);
    }

    private static final class AddOptions {
        boolean nx;
        boolean xx;
        boolean gt;
        boolean lt;
        boolean changed;
        boolean incr;
        int at = 2;

        static AddOptions parse(byte[][] argv) {
            AddOptions o = new AddOptions();
            for (; o.at < argv.length && o.take(Args.lower(argv[o.at])); o.at++) {}
            int pairs = argv.length - o.at;
            if (pairs == 0 || pairs % 2 != 0) {
                throw Args.SYNTAX;
            }
            if (o.nx && o.xx) {
                throw new CommandException("ERR XX and NX options at the same time are not compatible");
            }
            if (o.gt && o.nx || o.lt && o.nx || o.gt && o.lt) {
                throw new CommandException("ERR GT, LT, and/or NX options at the same time are not compatible");
            }
            if (o.incr && pairs > 2) {
                throw new CommandException("ERR INCR option supports a single increment-element pair");
            }
            return o;
        }

        private boolean take(String word) {
            switch (word) {
                case "nx" -> nx = true;
                case "xx" -> xx = true;
                case "gt" -> gt = true;
                case "lt" -> lt = true;
                case "ch" -> changed = true;
                case "incr" -> incr = true;
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    private static void zadd(Call call, byte[][] argv) {
        add(call, argv, AddOptions.parse(argv));
    }

    private static void zincrby(Call call, byte[][] argv) {
        AddOptions options = new AddOptions();
        options.incr = true;
        add(call, argv, options);
    }

    private static void add(Call call, byte[][] argv, AddOptions options) {
        double[] scores = new double[(argv.length - options.at) / 2];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Args.doubleValue(argv[options.at + 2 * i], Args.NOT_A_FLOAT);
        }
        SortedSetValue set = call.write(argv[1], SortedSetValue.class);
        boolean missing = set == null;
        if (missing) {
            set = new SortedSetValue(call.keyspace().limits());
        }
        int added = 0;
        int updated = 0;
        Double result = null;
        for (int i = 0; i < scores.length; i++) {
            byte[] member = argv[options.at + 2 * i + 1];
            Scored present = set.find(member);
            double score = scores[i];
            if (present == null ? options.xx : options.nx) {
                continue;
            }
            if (present != null) {
                score = options.incr ? present.score() + score : score;
                if (Double.isNaN(score)) {
                    throw new CommandException(SCORE_IS_NAN);
                }
                if (options.gt && score <= present.score() || options.lt && score >= present.score()) {
                    continue;
                }
            }
            result = score;
            if (present == null) {
                added++;
                set.put(member, score);
            } else if (present.score() != score) {
                updated++;
                set.put(member, score);
            }
        }
        if (missing && set.size() > 0) {
            call.put(argv[1], set);
        }
        if (added + updated > 0) {
            call.changed(argv[1]);
            call.addChanges(added + updated - 1L);
        }
        if (!options.incr) {
            call.out().integer(options.changed ? added + updated : added);
        } else if (result == null) {
            call.out().nullBulk();
        } else {
            call.out().doubleValue(Doubles.format(result));
        }
    }

    private static void zrem(Call call, byte[][] argv) {
        SortedSetValue set = call.write(argv[1], SortedSetValue.class);
        int removed = 0;
        for (int i = 2; set != null && i < argv.length; i++) {
            if (set.remove(argv[i])) {
                removed++;
            }
        }
        call.answerRemoved(argv[1], set, removed);
    }

    private static void score(Call call, SortedSetValue set, byte[] member) {
        Scored element = set == null ? null : set.find(member);
        if (element == null) {
            call.out().nullBulk();
        } else {
            call.out().doubleValue(Doubles.format(element.score()));
        }
    }

    private static void zscore(Call call, byte[][] argv) {
        score(call, call.read(argv[1], SortedSetValue.class), argv[2]);
    }

    private static void zmscore(Call call, byte[][] argv) {
        SortedSetValue set = call.read(argv[1], SortedSetValue.class);
        call.out().array(argv.length - 2);
        for (int i = 2; i < argv.length; i++) {
            score(call, set, argv[i]);
        }
    }

    private static void zcard(Call call, byte[][] argv) {
        SortedSetValue set = call.read(argv[1], SortedSetValue.class);
        call.out().integer(set == null ? 0 : set.size());
    }

    private static void rank(Call call, byte[][] argv, boolean reverse) {
        SortedSetValue set = call.read(argv[1], SortedSetValue.class);
        Scored element = set == null ? null : set.find(argv[2]);
        if (element == null) {
            call.out().nullBulk();
        } else {
            int rank = set.rankOf(element);
            call.out().integer(reverse ? set.size() - 1 - rank : rank);
        }
    }

    private static void zrandmember(Call call, byte[][] argv) {
        RandomGenerator random = ThreadLocalRandom.current();
        if (argv.length == 2) {
            SortedSetValue set = call.read(argv[1], SortedSetValue.class);
            if (set == null) {
                call.out().nullBulk();
            } else {
                call.out().bulk(set.random(random).key());
            }
            return;
        }
        long count = Args.range(argv[2], -Long.MAX_VALUE, Long.MAX_VALUE, null);
        boolean withScores = argv.length == 4;
        if (argv.length > 4 || withScores && !Args.is(argv[3], "withscores")) {
            throw Args.SYNTAX;
        }
        if (withScores && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
            throw new CommandException("ERR value is out of range");
        }
        SortedSetValue set = call.read(argv[1], SortedSetValue.class);
        if (set == null || count == 0) {
            call.out().array(0);
            return;
        }
        List<byte[]> chosen = count < 0
                ? RandomChoice.withRepeats(-count, () -> set.random(random).key())
                : RandomChoice.distinct(count, set.size(), sink -> set.forEach((m, s) -> sink.accept(m)), random);
        List<Scored> elements = new ArrayList<>(chosen.size());
        chosen.forEach(member -> elements.add(set.find(member)));
        SortedSetRangeCommands.reply(call, elements, withScores);
    }

    private static void zscan(Call call, byte[][] argv) {
        ScanOptions.cursor(argv[2]);
        SortedSetValue set = call.read(argv[1], SortedSetValue.class);
        if (set == null) {
            ScanOptions.replyEmpty(call.out());
            return;
        }
        ScanOptions options = ScanOptions.parse(argv, 2, false);
        List<byte[]> found = new ArrayList<>();
        long cursor = options.run(
                (c, sink) -> set.scan(c, (member, score) -> sink.accept(set.find(member))), (Scored element) -> {
                    if (options.matches(element.key())) {
                        found.add(element.key());
                        found.add(scoreText(element.score()));
                    }
                });
        ScanOptions.reply(call.out(), cursor, found);
    }

    private static byte[] scoreText(double score) {
        return score == (long) score && Math.abs(score) < 1e15
                ? Numbers.toBytes((long) score)
                : Call.ascii(Doubles.format(score));
    }
}
