package dev.fairlead.topology;

/**
 * Whether writes may go to the shard's master now.
 *
 * @param reason for people: why writes are held or refused; empty when open
 */
public record WriteGate(State state, String reason) {
    public enum State {
        /** There is one true master: writes go to it. */
        OPEN,
        /** A failover is under way or the master is being looked for: writes wait, bounded in number and by their deadlines. */
        HELD,
        /** It cannot be told which master is true: writes wait like held ones, and the reason says so. */
        AMBIGUOUS
    }

    public static final WriteGate OPEN = new WriteGate(State.OPEN, "");
}
