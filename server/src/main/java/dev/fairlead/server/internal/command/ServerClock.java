package dev.fairlead.server.internal.command;

/** The time, handed in so that tests own it. */
public interface ServerClock {
    /** Wall clock: what expiry times are measured with. */
    long nowMillis();

    /** Monotonic: what durations are measured with. */
    long nowNanos();

    /** The system's clocks. */
    static ServerClock system() {
        return new ServerClock() {
            @Override
            public long nowMillis() {
                return System.currentTimeMillis();
            }

            @Override
            public long nowNanos() {
                return System.nanoTime();
            }
        };
    }
}
