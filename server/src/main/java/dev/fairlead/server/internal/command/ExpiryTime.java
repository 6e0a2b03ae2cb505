package dev.fairlead.server.internal.command;

/** Reads times to live: seconds or milliseconds, from now or since 1970. */
final class ExpiryTime {
    private ExpiryTime() {}

    /** Milliseconds since 1970 for an option's word (ex, px, exat, pxat) and its number, which must be positive. */
    static long ofOption(Call call, String option, byte[] number) {
        long value = Args.longValue(number);
        if (value <= 0) {
            throw invalid(call);
        }
        return millis(call, value, option.startsWith("ex"), !option.endsWith("at"));
    }

    /** Milliseconds since 1970; may lie in the past. */
    static long millis(Call call, long value, boolean seconds, boolean fromNow) {
        if (seconds && (value > Long.MAX_VALUE / 1000 || value < Long.MIN_VALUE / 1000)) {
            throw invalid(call);
        }
        long millis = seconds ? value * 1000 : value;
        if (fromNow && millis > Long.MAX_VALUE - call.nowMillis()) {
            throw invalid(call);
        }
        return fromNow ? millis + call.nowMillis() : millis;
    }

    private static CommandException invalid(Call call) {
        return new CommandException("ERR invalid expire time in '" + call.row.spec.name() + "' command");
    }

    /** Whether a key set to expire then would be gone at once: only a master decides that. */
    static boolean isPast(Call call, long millis) {
        return millis <= call.nowMillis()
                && !call.executor().control().isReplica()
                && !call.executor().control().isLoading();
    }
}
