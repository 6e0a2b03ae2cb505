package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.HashValue;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.StringValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** SORT and SORT_RO: the elements of a collection in order, by themselves or by other keys. */
final class SortCommands {
    private SortCommands() {}

    static void register(CommandRegistry r) {
        r.register("sort", (c, a) -> sort(c, a, false)).register("sort_ro", (c, a) -> sort(c, a, true));
    }

    private record Weighted(byte[] element, double number, byte[] text) {}

    private static final class Options {
        byte[] by;
        final List<byte[]> get = new ArrayList<>();
        boolean descending;
        boolean alpha;
        long skip;
        long limit = -1;
        byte[] target;

        static Options parse(byte[][] argv, boolean readOnly) {
            Options o = new Options();
            for (int i = 2; i < argv.length; i++) {
                int left = argv.length - i - 1;
                if (Args.is(argv[i], "asc")) {
                    o.descending = false;
                } else if (Args.is(argv[i], "desc")) {
                    o.descending = true;
                } else if (Args.is(argv[i], "alpha")) {
                    o.alpha = true;
                } else if (Args.is(argv[i], "limit") && left >= 2) {
                    o.skip = Args.longValue(argv[i + 1]);
                    o.limit = Args.longValue(argv[i + 2]);
                    i += 2;
                } else if (!readOnly && Args.is(argv[i], "store") && left >= 1) {
                    o.target = argv[++i];
                } else if (Args.is(argv[i], "by") && left >= 1) {
                    o.by = argv[++i];
                } else if (Args.is(argv[i], "get") && left >= 1) {
                    o.get.add(argv[++i]);
                } else {
                    throw Args.SYNTAX;
                }
            }
            return o;
        }

        /** A pattern without a star names no key of its own: nothing is sorted. */
        boolean unsorted() {
            return by != null && indexOf(by, '*', 0) < 0;
        }
    }

    private static int indexOf(byte[] bytes, char c, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == c) {
                return i;
            }
        }
        return -1;
    }

    private static void sort(Call call, byte[][] argv, boolean readOnly) {
        Options options = Options.parse(argv, readOnly);
        Entry entry = call.read(argv[1]);
        List<byte[]> elements = elements(entry, options);
        boolean sorted = !options.unsorted();
        if (options.unsorted() && options.target != null && entry != null && entry.value() instanceof SetValue) {
            // What is stored must not depend on the order of a hash table, which differs between replicas.
            options.alpha = true;
            options.by = null;
            sorted = true;
        }
        if (sorted) {
            elements = sorted(call, elements, options);
        }
        int from = (int) Math.max(0, Math.min(elements.size(), options.skip));
        int left = elements.size() - from;
        int taken = options.limit < 0 ? left : (int) Math.min(left, options.limit);
        List<byte[]> shown = elements.subList(from, from + taken);
        List<byte[]> replies = new ArrayList<>();
        for (byte[] element : shown) {
            if (options.get.isEmpty()) {
                replies.add(element);
            }
            for (byte[] pattern : options.get) {
                replies.add(lookUp(call, pattern, element));
            }
        }
        if (options.target == null) {
            call.out().array(replies.size());
            for (byte[] reply : replies) {
                if (reply == null) {
                    call.out().nullBulk();
                } else {
                    call.out().bulk(reply);
                }
            }
        } else {
            store(call, options.target, replies);
        }
    }

    private static void store(Call call, byte[] target, List<byte[]> elements) {
        Entry present = call.peek(target);
        if (!elements.isEmpty()) {
            ListValue list = new ListValue();
            elements.forEach(e -> list.addLast(e == null ? new byte[0] : e));
            call.put(target, list);
            call.changed(target);
            call.addChanges(elements.size() - 1L);
        } else if (present != null) {
            call.remove(target);
            call.changed(target);
        }
        call.out().integer(elements.size());
    }

    private static List<byte[]> elements(Entry entry, Options options) {
        List<byte[]> elements = new ArrayList<>();
        if (entry == null) {
            return elements;
        }
        if (entry.value() instanceof ListValue list) {
            list.forEach(elements::add);
        } else if (entry.value() instanceof SetValue set) {
            set.forEach(elements::add);
        } else {
            SortedSetValue set = Call.typed(entry, SortedSetValue.class);
            set.enlarge();
            set.forEach((member, score) -> elements.add(member));
            if (options.unsorted() && options.descending) {
                Collections.reverse(elements);
            }
        }
        return elements;
    }

    private static List<byte[]> sorted(Call call, List<byte[]> elements, Options options) {
        List<Weighted> weighted = new ArrayList<>(elements.size());
        for (byte[] element : elements) {
            byte[] text = options.by == null ? element : lookUp(call, options.by, element);
            double number = 0;
            if (!options.alpha && text != null) {
                number = weight(text);
                if (Double.isNaN(number)) {
                    throw new CommandException("ERR One or more scores can't be converted into double");
                }
            }
            weighted.add(new Weighted(element, number, text));
        }
        Comparator<Weighted> order = options.alpha
                ? (a, b) -> compareTexts(a.text, b.text)
                : Comparator.comparingDouble(w -> w.number == 0 ? 0.0 : w.number);
        if (!options.alpha || options.by != null) {
            // Ties are broken by the element itself, so that the order is one and the same everywhere.
            order = order.thenComparing((a, b) -> Arrays.compareUnsigned(a.element, b.element));
        }
        weighted.sort(options.descending ? order.reversed() : order);
        return new ArrayList<>(weighted.stream().map(Weighted::element).toList());
    }

    /** A number as a real server reads it here, unlike elsewhere: up to the first zero byte, after spaces, and nothing is 0. */
    private static double weight(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        int start = 0;
        while (start < end && (text[start] == ' ' || text[start] >= '\t' && text[start] <= '\r')) {
            start++;
        }
        return end == 0 ? 0 : Args.parseDouble(Arrays.copyOfRange(text, start, end));
    }

    private static int compareTexts(byte[] a, byte[] b) {
        if (a == null || b == null) {
            return a == b ? 0 : a == null ? -1 : 1;
        }
        return Arrays.compareUnsigned(a, b);
    }

    /** The value of the key, or of the field ({@code key->field}), that a pattern names for this element; null when there is none. */
    private static byte[] lookUp(Call call, byte[] pattern, byte[] element) {
        if (pattern.length == 1 && pattern[0] == '#') {
            return element;
        }
        int star = indexOf(pattern, '*', 0);
        if (star < 0) {
            return null;
        }
        int arrow = -1;
        for (int i = star + 1; i + 2 < pattern.length && arrow < 0; i++) {
            if (pattern[i] == '-' && pattern[i + 1] == '>') {
                arrow = i;
            }
        }
        int end = arrow < 0 ? pattern.length : arrow;
        byte[] key = new byte[end - 1 + element.length];
        System.arraycopy(pattern, 0, key, 0, star);
        System.arraycopy(element, 0, key, star, element.length);
        System.arraycopy(pattern, star + 1, key, star + element.length, end - star - 1);
        Entry entry = call.read(key);
        if (entry == null) {
            return null;
        }
        if (arrow >= 0) {
            byte[] field = Arrays.copyOfRange(pattern, arrow + 2, pattern.length);
            return entry.value() instanceof HashValue hash ? hash.get(field) : null;
        }
        return entry.value() instanceof StringValue string ? string.bytes().clone() : null;
    }
}
