package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Numbers;
import dev.fairlead.server.internal.keyspace.StringValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Strings as arrays of bits: SETBIT, GETBIT, BITCOUNT, BITPOS, BITOP, BITFIELD. */
final class BitCommands {
    private static final byte[] NOTHING = {};

    private BitCommands() {}

    static void register(CommandRegistry r) {
        r.register("setbit", BitCommands::setbit)
                .register("getbit", BitCommands::getbit)
                .register("bitcount", BitCommands::bitcount)
                .register("bitpos", BitCommands::bitpos)
                .register("bitop", BitCommands::bitop)
                .register("bitfield", (c, a) -> bitfield(c, a, false))
                .register("bitfield_ro", (c, a) -> bitfield(c, a, true));
    }

    private static byte[] bytes(StringValue value) {
        return value == null ? NOTHING : value.bytes();
    }

    private static long bitOffset(byte[] arg) {
        String error = "ERR bit offset is not an integer or out of range";
        long offset = Args.longValue(arg, error);
        if (offset < 0 || offset >= StringCommands.MAX_STRING * 8) {
            throw new CommandException(error);
        }
        return offset;
    }

    /** The bytes of a key, at least so many, for an edit in place; made if it is missing. */
    private static byte[] grown(Call call, byte[] key, long length) {
        StringValue value = call.write(key, StringValue.class);
        StringCommands.requireLength(length);
        if (value == null) {
            value = new StringValue(NOTHING);
            call.put(key, value);
        }
        return value.editable((int) length);
    }

    private static void setbit(Call call, byte[][] argv) {
        long offset = bitOffset(argv[2]);
        if (argv[3].length != 1 || argv[3][0] != '0' && argv[3][0] != '1') {
            throw new CommandException("ERR bit is not an integer or out of range");
        }
        byte[] b = grown(call, argv[1], (offset >> 3) + 1);
        int at = (int) (offset >> 3);
        int mask = 0x80 >> (offset & 7);
        call.out().integer((b[at] & mask) != 0 ? 1 : 0);
        b[at] = (byte) (argv[3][0] == '1' ? b[at] | mask : b[at] & ~mask);
        call.changed(argv[1]);
    }

    private static void getbit(Call call, byte[][] argv) {
        long offset = bitOffset(argv[2]);
        byte[] b = bytes(call.read(argv[1], StringValue.class));
        call.out().integer(bit(b, offset));
    }

    private static int bit(byte[] b, long offset) {
        int at = (int) (offset >> 3);
        return at < b.length && (b[at] & 0x80 >> (offset & 7)) != 0 ? 1 : 0;
    }

    /** A range of bits, both ends included; empty when from is behind to. */
    private record Bits(long from, long to) {
        static Bits parse(byte[][] argv, int at, int length, boolean hasEnd) {
            long start = Args.longValue(argv[at]);
            boolean unitGiven = argv.length > at + 2;
            boolean bits = unitGiven && Args.is(argv[at + 2], "bit");
            if (unitGiven && !bits && !Args.is(argv[at + 2], "byte")) {
                throw Args.SYNTAX;
            }
            long units = bits ? 8L * length : length;
            long end = hasEnd ? Args.longValue(argv[at + 1]) : units - 1;
            start = Math.max(0, start < 0 ? units + start : start);
            end = Math.min(units - 1, Math.max(0, end < 0 ? units + end : end));
            if (start > end) {
                return new Bits(0, -1);
            }
            return bits ? new Bits(start, end) : new Bits(8 * start, 8 * end + 7);
        }
    }

    private static void bitcount(Call call, byte[][] argv) {
        StringValue value = call.read(argv[1], StringValue.class);
        if (value == null) {
            call.out().integer(0); // Before the range is looked at, as Redis does.
            return;
        }
        if (argv.length == 3 || argv.length > 5) {
            throw Args.SYNTAX;
        }
        byte[] b = value.bytes();
        Bits range = new Bits(0, 8L * b.length - 1);
        if (argv.length > 2) {
            long start = Args.longValue(argv[2]);
            long end = Args.longValue(argv[3]);
            if (start < 0 && end < 0 && start > end) {
                // BITCOUNT takes both from the end as they are; BITPOS brings them to the string first.
                call.out().integer(0);
                return;
            }
            range = Bits.parse(argv, 2, b.length, true);
        }
        long count = 0;
        long i = range.from;
        while (i <= range.to) {
            if ((i & 7) == 0 && i + 7 <= range.to) {
                count += Integer.bitCount(b[(int) (i >> 3)] & 0xff);
                i += 8;
            } else {
                count += bit(b, i++);
            }
        }
        call.out().integer(count);
    }

    private static void bitpos(Call call, byte[][] argv) {
        if (argv[2].length != 1 || argv[2][0] != '0' && argv[2][0] != '1') {
            long bit = Args.longValue(argv[2]);
            throw new CommandException(
                    bit == 0 || bit == 1 ? Args.SYNTAX.getMessage() : "ERR The bit argument must be 1 or 0.");
        }
        int wanted = argv[2][0] - '0';
        StringValue value = call.read(argv[1], StringValue.class);
        if (value == null) {
            call.out().integer(wanted == 1 ? -1 : 0);
            return;
        }
        if (argv.length > 6) {
            throw Args.SYNTAX;
        }
        byte[] b = value.bytes();
        boolean endGiven = argv.length > 4;
        Bits range = argv.length == 3 ? new Bits(0, 8L * b.length - 1) : Bits.parse(argv, 3, b.length, endGiven);
        if (range.from > range.to) {
            call.out().integer(-1);
            return;
        }
        int skipped = wanted == 1 ? 0 : 0xff;
        long i = range.from;
        while (i <= range.to) {
            if ((i & 7) == 0 && (b[(int) (i >> 3)] & 0xff) == skipped) {
                i += 8;
            } else if (bit(b, i) == wanted) {
                call.out().integer(i);
                return;
            } else {
                i++;
            }
        }
        // Without an end the string is taken as followed by zeros without end.
        call.out().integer(wanted == 0 && !endGiven ? range.to + 1 : -1);
    }

    private static void bitop(Call call, byte[][] argv) {
        String op = Args.lower(argv[1]);
        if (!List.of("and", "or", "xor", "not").contains(op)) {
            throw Args.SYNTAX;
        }
        if (op.equals("not") && argv.length != 4) {
            throw new CommandException("ERR BITOP NOT must be called with a single source key.");
        }
        byte[][] sources = new byte[argv.length - 3][];
        int length = 0;
        for (int i = 0; i < sources.length; i++) {
            sources[i] = bytes(call.read(argv[3 + i], StringValue.class));
            length = Math.max(length, sources[i].length);
        }
        byte[] result = new byte[length];
        for (int i = 0; i < length; i++) {
            result[i] = combine(op, sources, i);
        }
        if (length > 0) {
            call.put(argv[2], StringValue.ofRaw(result));
            call.changed(argv[2]);
        } else if (call.peek(argv[2]) != null) {
            call.remove(argv[2]);
            call.changed(argv[2]);
        }
        call.out().integer(length);
    }

    private static byte combine(String op, byte[][] sources, int at) {
        int value = at < sources[0].length ? sources[0][at] : 0;
        if (op.equals("not")) {
            return (byte) ~value;
        }
        for (int i = 1; i < sources.length; i++) {
            int other = at < sources[i].length ? sources[i][at] : 0;
            value = switch (op) {
                case "and" -> value & other;
                case "or" -> value | other;
                default -> value ^ other;
            };
        }
        return (byte) value;
    }

    // --- BITFIELD ---

    private enum Overflow {
        WRAP,
        SAT,
        FAIL
    }

    private record Operation(char kind, boolean signed, int width, long offset, long operand, Overflow overflow) {}

    private static void bitfield(Call call, byte[][] argv, boolean readOnly) {
        List<Operation> operations = parseOperations(argv, readOnly);
        boolean writes = operations.stream().anyMatch(o -> o.kind != 'g');
        boolean grew = false;
        byte[] b;
        if (writes) {
            long highest = operations.stream()
                    .filter(o -> o.kind != 'g')
                    .mapToLong(o -> (o.offset + o.width - 1 >> 3) + 1)
                    .max()
                    .orElse(0);
            int before = bytes(call.write(argv[1], StringValue.class)).length;
            b = grown(call, argv[1], highest);
            grew = b.length > before;
        } else {
            b = bytes(call.read(argv[1], StringValue.class));
        }
        call.out().array(operations.size());
        for (Operation o : operations) {
            long old = field(b, o);
            if (o.kind == 'g') {
                call.out().integer(old);
                continue;
            }
            Long stored = o.kind == 's' ? bounded(o, o.operand, 0) : bounded(o, old, o.operand);
            if (stored == null) {
                call.out().nullBulk();
                continue;
            }
            call.out().integer(o.kind == 's' ? old : stored);
            storeField(b, o, stored);
            call.changed(argv[1]);
        }
        if (grew && call.dirty == 0) {
            call.changed(argv[1]); // All of it overflowed, but the room that was made for it stays.
        }
    }

    private static List<Operation> parseOperations(byte[][] argv, boolean readOnly) {
        List<Operation> operations = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        int i = 2;
        while (i < argv.length) {
            int left = argv.length - i - 1;
            if (Args.is(argv[i], "overflow") && left >= 1) {
                overflow = switch (Args.lower(argv[i + 1])) {
                    case "wrap" -> Overflow.WRAP;
                    case "sat" -> Overflow.SAT;
                    case "fail" -> Overflow.FAIL;
                    default -> throw new CommandException("ERR Invalid OVERFLOW type specified");
                };
                i += 2;
                continue;
            }
            boolean get = Args.is(argv[i], "get") && left >= 2;
            boolean set = Args.is(argv[i], "set") && left >= 3;
            boolean incr = Args.is(argv[i], "incrby") && left >= 3;
            if (!get && !set && !incr) {
                throw Args.SYNTAX;
            }
            byte[] type = argv[i + 1];
            boolean signed = type.length > 0 && type[0] == 'i';
            int width = width(type, signed);
            long offset = fieldOffset(argv[i + 2], width);
            long operand = get ? 0 : Args.longValue(argv[i + 3]);
            if (readOnly && !get) {
                throw new CommandException("ERR BITFIELD_RO only supports the GET subcommand");
            }
            operations.add(new Operation(get ? 'g' : set ? 's' : 'i', signed, width, offset, operand, overflow));
            i += get ? 3 : 4;
        }
        return operations;
    }

    private static int width(byte[] type, boolean signed) {
        byte[] digits = type.length < 2 ? NOTHING : Arrays.copyOfRange(type, 1, type.length);
        boolean valid = (signed || type.length > 0 && type[0] == 'u') && Numbers.isLong(digits);
        long width = valid ? Numbers.parse(digits) : 0;
        if (width < 1 || width > (signed ? 64 : 63)) {
            throw new CommandException(
                    "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
        }
        return (int) width;
    }

    private static long fieldOffset(byte[] arg, int width) {
        String error = "ERR bit offset is not an integer or out of range";
        boolean scaled = arg.length > 0 && arg[0] == '#';
        long offset = Args.longValue(scaled ? Arrays.copyOfRange(arg, 1, arg.length) : arg, error);
        if (offset < 0 || scaled && offset > Long.MAX_VALUE / width) {
            throw new CommandException(error);
        }
        offset = scaled ? offset * width : offset;
        if (offset >= StringCommands.MAX_STRING * 8) {
            throw new CommandException(error);
        }
        return offset;
    }

    private static long field(byte[] b, Operation o) {
        long value = 0;
        for (int i = 0; i < o.width; i++) {
            value = value << 1 | bit(b, o.offset + i);
        }
        return o.signed ? value << 64 - o.width >> 64 - o.width : value;
    }

    private static void storeField(byte[] b, Operation o, long value) {
        for (int i = 0; i < o.width; i++) {
            long at = o.offset + i;
            int mask = 0x80 >> (at & 7);
            boolean one = (value >>> o.width - 1 - i & 1) == 1;
            b[(int) (at >> 3)] = (byte) (one ? b[(int) (at >> 3)] | mask : b[(int) (at >> 3)] & ~mask);
        }
    }

    /** The sum as the field can hold it; null when it overflows and the operation shall fail then. */
    private static Long bounded(Operation o, long value, long increment) {
        BigInteger base =
                !o.signed && o.kind == 's' ? new BigInteger(Long.toUnsignedString(value)) : BigInteger.valueOf(value);
        BigInteger sum = base.add(BigInteger.valueOf(increment));
        BigInteger one = BigInteger.ONE;
        BigInteger min = o.signed ? one.shiftLeft(o.width - 1).negate() : BigInteger.ZERO;
        BigInteger max = one.shiftLeft(o.signed ? o.width - 1 : o.width).subtract(one);
        if (sum.compareTo(min) >= 0 && sum.compareTo(max) <= 0) {
            return sum.longValue();
        }
        return switch (o.overflow) {
            case FAIL -> null;
            case SAT -> (sum.signum() < 0 ? min : max).longValue();
            case WRAP -> {
                long low = sum.longValue();
                yield o.signed ? low << 64 - o.width >> 64 - o.width : low & (1L << o.width) - 1;
            }
        };
    }
}
