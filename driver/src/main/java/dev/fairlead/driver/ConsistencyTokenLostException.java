package dev.fairlead.driver;

import dev.fairlead.topology.TokenStanding;

/**
 * A read asked for what a consistency token stands for, and a failover has lost it: the token lies past the place where the present
 * history left the one that it names. No node has it, and none will. Nothing was sent.
 */
public final class ConsistencyTokenLostException extends RoutingException {
    private static final long serialVersionUID = 1L;

    private final long bytesPastFork;

    public ConsistencyTokenLostException(String command, TokenStanding lost) {
        super(
                command + " was to see what its consistency token stands for, and that was lost in a failover: offset "
                        + lost.culprit().offset() + " of the replication history "
                        + lost.culprit().id() + " lies past "
                        + lost.offset()
                        + ", where the present history begins. Go on with a session without this token, and look at what it was to protect: some of the "
                        + (lost.culprit().offset() - lost.offset()) + " bytes past that may have been its writes.",
                null);
        bytesPastFork = lost.culprit().offset() - lost.offset();
    }

    /** How much of the old history the token had seen that the present one lacks, in bytes of the stream. */
    public long bytesPastFork() {
        return bytesPastFork;
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public boolean knownNotApplied() {
        return true;
    }
}
