package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.SetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue.Scored;
import dev.fairlead.server.internal.keyspace.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Unions, intersections and differences of sorted sets, and of plain sets, whose members count with score 1. */
final class SortedSetAlgebraCommands {
    private enum Operation {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    private enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double a, double b) {
            return switch (this) {
                // The sum of both infinities is no number; it is taken as 0.
                case SUM -> Double.isNaN(a + b) ? 0 : a + b;
                case MIN -> Math.min(a, b);
                case MAX -> Math.max(a, b);
            };
        }
    }

    private SortedSetAlgebraCommands() {}

    static void register(CommandRegistry r) {
        r.register("zunion", (c, a) -> reply(c, a, Operation.UNION))
                .register("zinter", (c, a) -> reply(c, a, Operation.INTERSECTION))
                .register("zdiff", (c, a) -> reply(c, a, Operation.DIFFERENCE))
                .register("zunionstore", (c, a) -> combineAndStore(c, a, Operation.UNION))
                .register("zinterstore", (c, a) -> combineAndStore(c, a, Operation.INTERSECTION))
                .register("zdiffstore", (c, a) -> combineAndStore(c, a, Operation.DIFFERENCE))
                .register("zintercard", SortedSetAlgebraCommands::zintercard);
    }

    private record Source(Value value, double weight) {
        int size() {
            return value == null ? 0 : value.elements();
        }

        void forEach(SortedSetValue.Sink sink) {
            if (value instanceof SortedSetValue z) {
                z.forEach(sink);
            } else if (value instanceof SetValue s) {
                s.forEach(member -> sink.accept(member, 1));
            }
        }

        /** The weighted score; null when the member is not here. */
        Double score(byte[] member) {
            if (value instanceof SortedSetValue z) {
                Scored x = z.find(member);
                return x == null ? null : Double.valueOf(weighted(x.score()));
            }
            return value instanceof SetValue s && s.contains(member) ? Double.valueOf(weight) : null;
        }

        double weighted(double score) {
            double product = score * weight;
            return Double.isNaN(product) ? 0 : product;
        }
    }

    private record Request(List<Source> sources, Aggregate aggregate, boolean withScores) {
        static Request parse(Call call, byte[][] argv, int at, Operation operation, boolean stores) {
            long n = Args.longValue(argv[at]);
            if (n < 1) {
                throw new CommandException(
                        "ERR at least 1 input key is needed for '" + call.row.spec.name() + "' command");
            }
            if (n > argv.length - at - 1) {
                throw Args.SYNTAX;
            }
            int keys = (int) n;
            Value[] values = new Value[keys];
            for (int i = 0; i < keys; i++) {
                values[i] = value(call.read(argv[at + 1 + i]));
            }
            double[] weights = new double[keys];
            Arrays.fill(weights, 1);
            Aggregate aggregate = Aggregate.SUM;
            boolean withScores = false;
            for (int i = at + 1 + keys; i < argv.length; i++) {
                int left = argv.length - i - 1;
                if (operation != Operation.DIFFERENCE && Args.is(argv[i], "weights") && left >= keys) {
                    for (int k = 0; k < keys; k++) {
                        weights[k] = Args.doubleValue(argv[++i], "ERR weight value is not a float");
                    }
                } else if (operation != Operation.DIFFERENCE && Args.is(argv[i], "aggregate") && left >= 1) {
                    aggregate = switch (Args.lower(argv[++i])) {
                        case "sum" -> Aggregate.SUM;
                        case "min" -> Aggregate.MIN;
                        case "max" -> Aggregate.MAX;
                        default -> throw Args.SYNTAX;
                    };
                } else if (!stores && Args.is(argv[i], "withscores")) {
                    withScores = true;
                } else {
                    throw Args.SYNTAX;
                }
            }
            List<Source> sources = new ArrayList<>(keys);
            for (int i = 0; i < keys; i++) {
                sources.add(new Source(values[i], weights[i]));
            }
            return new Request(sources, aggregate, withScores);
        }
    }

    private static Value value(Entry entry) {
        return entry == null || entry.value() instanceof SetValue
                ? entry == null ? null : entry.value()
                : Call.typed(entry, SortedSetValue.class);
    }

    private static SortedSetValue combined(EncodingLimits limits, Request request, Operation operation) {
        SortedSetValue result = SortedSetValue.large(limits);
        List<Source> sources = request.sources;
        switch (operation) {
            case UNION ->
                sources.forEach(source -> source.forEach((member, score) -> {
                    Scored present = result.find(member);
                    double weighted = source.weighted(score);
                    result.put(member, present == null ? weighted : request.aggregate.of(present.score(), weighted));
                }));
            case INTERSECTION -> {
                List<Source> smallestFirst = sources.stream()
                        .sorted(Comparator.comparingInt(Source::size))
                        .toList();
                smallestFirst.get(0).forEach((member, score) -> {
                    Double sum = null;
                    for (Source source : smallestFirst) {
                        Double other = source.score(member);
                        if (other == null) {
                            return;
                        }
                        sum = sum == null ? other : Double.valueOf(request.aggregate.of(sum, other));
                    }
                    result.put(member, sum);
                });
            }
            default ->
                sources.get(0).forEach((member, score) -> {
                    if (sources.stream().skip(1).allMatch(s -> s.score(member) == null)) {
                        result.put(member, score);
                    }
                });
        }
        return result;
    }

    private static void reply(Call call, byte[][] argv, Operation operation) {
        Request request = Request.parse(call, argv, 1, operation, false);
        SortedSetValue result = combined(call.keyspace().limits(), request, operation);
        List<Scored> elements = new ArrayList<>(result.size());
        for (Scored x = result.first(); x != null; x = x.next()) {
            elements.add(x);
        }
        SortedSetRangeCommands.reply(call, elements, request.withScores);
    }

    private static void combineAndStore(Call call, byte[][] argv, Operation operation) {
        Request request = Request.parse(call, argv, 2, operation, true);
        store(
                call,
                argv[1],
                combined(call.keyspace().limits(), request, operation).shrunk());
    }

    /** Stores a result, or removes the key when it is empty; replies with its size. */
    static void store(Call call, byte[] key, SortedSetValue result) {
        Entry present = call.peek(key);
        if (result.size() > 0) {
            call.put(key, result);
            call.changed(key);
        } else if (present != null) {
            call.remove(key);
            call.changed(key);
        }
        call.out().integer(result.size());
    }

    private static void zintercard(Call call, byte[][] argv) {
        long n = Args.longValue(argv[1]);
        if (n < 1) {
            throw new CommandException("ERR at least 1 input key is needed for 'zintercard' command");
        }
        if (n > argv.length - 2) {
            throw Args.SYNTAX;
        }
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            sources.add(new Source(value(call.read(argv[2 + i])), 1));
        }
        long limit = 0;
        for (int i = 2 + (int) n; i < argv.length; i++) {
            if (!Args.is(argv[i], "limit") || i + 1 >= argv.length) {
                throw Args.SYNTAX;
            }
            limit = Args.range(argv[++i], 0, Long.MAX_VALUE, "ERR LIMIT can't be negative");
        }
        int size = combined(
                        call.keyspace().limits(), new Request(sources, Aggregate.SUM, false), Operation.INTERSECTION)
                .size();
        call.out().integer(limit == 0 ? size : Math.min(limit, size));
    }
}
