package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A reply taken apart, for comparing by more than its bytes.
 *
 * @param type the byte it began with
 * @param text of a simple type, one character a byte; the length that was announced of an aggregate
 * @param parts of an aggregate; a map's keys and values in turn
 */
record Reply(char type, String text, List<Reply> parts) {
    /** Any order of their own would do: it is for comparing replies whose order a hash table decides. */
    private static final Comparator<Reply> ORDER = Comparator.comparing(Reply::toString);

    private static final class Parser {
        private final String bytes;
        private int at;

        Parser(String bytes) {
            this.bytes = bytes;
        }

        Reply next() {
            int end = bytes.indexOf("\r\n", at);
            char type = bytes.charAt(at);
            String head = bytes.substring(at + 1, end);
            at = end + 2;
            if ((type == '$' || type == '=') && !head.equals("-1")) {
                int length = Integer.parseInt(head);
                String text = bytes.substring(at, at + length);
                at += length + 2;
                return new Reply(type, text, List.of());
            }
            List<Reply> parts = new ArrayList<>();
            if ("*~>%".indexOf(type) >= 0) {
                int elements = Integer.parseInt(head) * (type == '%' ? 2 : 1);
                for (int i = 0; i < elements; i++) {
                    parts.add(next());
                }
            }
            return new Reply(type, head, parts);
        }
    }

    /** @param bytes exactly one reply */
    static Reply parse(String bytes) {
        Parser parser = new Parser(bytes);
        Reply reply = parser.next();
        if (parser.at != bytes.length()) {
            throw new IllegalArgumentException("more than one reply: " + bytes);
        }
        return reply;
    }

    boolean isError() {
        return type == '-';
    }

    boolean isNull() {
        return type == '_' || (type == '$' || type == '*') && parts.isEmpty() && text.equals("-1");
    }

    /** The parts in an order of their own, in groups of {@code size} that stay together. */
    Reply sortedInGroupsOf(int size) {
        if (parts.size() % size != 0) {
            return this;
        }
        List<List<Reply>> groups = new ArrayList<>();
        for (int i = 0; i < parts.size(); i += size) {
            groups.add(parts.subList(i, i + size));
        }
        groups.sort(Comparator.comparing(List::toString));
        return new Reply(type, text, groups.stream().flatMap(List::stream).toList());
    }

    /** This aggregate with one part exchanged. */
    Reply with(int index, Reply part) {
        List<Reply> changed = new ArrayList<>(parts);
        changed.set(index, part);
        return new Reply(type, text, changed);
    }

    static List<Reply> distinct(List<Reply> replies) {
        return replies.stream().distinct().sorted(ORDER).toList();
    }

    @Override
    public String toString() {
        return "*~>%".indexOf(type) >= 0 && !isNull() ? type + parts.toString() : type + text;
    }
}
