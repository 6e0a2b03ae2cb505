package dev.fairlead.driver;

import java.util.Optional;

/**
 * A connection to the master that nobody else uses, lent to the function that {@link Session#dedicated} runs: for WATCH, for
 * transactions, and for commands that block. Belongs to that function and its thread; after it returned every method throws
 * {@link IllegalStateException}.
 *
 * <p>Everything on it goes to the one master it was opened to, reads too, and waits its turn: each method returns when the answer
 * is there. It does not follow a failover, because what was watched is known to the old master only: it ends with
 * {@link DedicatedLinkLostException}, and the function has to be run again from its beginning.
 */
public interface DedicatedLink {
    /**
     * Sends the command and waits for its result, at most the deadline of this use. A command that blocks gets its own timeout on
     * top, so that the server always answers before the client gives up and no element that was taken is lost on the way.
     *
     * @throws IllegalArgumentException for MULTI, EXEC and DISCARD (see {@link #transaction}); for what would change the connection
     *     for its next user, as SELECT and SUBSCRIBE do; and for a blocking command with the timeout 0, which never ends
     * @throws DedicatedLinkLostException when the connection or the master is gone; nothing of this command was applied
     * @throws WriteOutcomeUnknownException when it was sent, may change something, and no acknowledgement that counts came
     * @throws RoutingException as {@link Session#execute(Command, CallOptions)}
     */
    <T> T execute(Command<T> command);

    /**
     * Runs the commands as one transaction, MULTI to EXEC: all of them or none, with nobody's commands in between. Empty when a key
     * that was watched on this connection has changed: nothing was applied. What was watched is forgotten afterwards.
     *
     * <p>A command that the server refuses while it runs, for a key of the wrong type, does not undo the others: Redis has no
     * rollback. Its error is thrown by {@link TransactionResult#get(Command)}.
     *
     * @param commands at least one, at most {@link RoutingClientBuilder#maxInFlight}
     * @throws TransactionRefusedException when the server refused one of them before EXEC; nothing was applied
     * @throws DedicatedLinkLostException when the connection or the master was gone before EXEC was sent; nothing was applied
     * @throws WriteOutcomeUnknownException when EXEC was sent and no acknowledgement that counts came: all of it was applied, or
     *     nothing
     */
    Optional<TransactionResult> transaction(Command<?>... commands);
}
