package dev.fairlead.driver;

import java.util.List;

/** What the commands of one transaction were answered with, after EXEC. Immutable. */
public final class TransactionResult {
    private final List<Command<?>> commands;
    private final List<?> results;

    /** Stands in the place of a result. */
    private record Failure(RoutingException cause) {}

    private TransactionResult(List<Command<?>> commands, List<?> results) {
        this.commands = commands;
        this.results = results;
    }

    /** Made by the client; a result is what its command decodes to, or null, or a {@link #failure}. */
    public static TransactionResult of(List<Command<?>> commands, List<?> results) {
        assert commands.size() == results.size() : "one result for each command";
        return new TransactionResult(commands, results);
    }

    /** A result that {@link #get(Command)} throws. */
    public static Object failure(RoutingException cause) {
        return new Failure(cause);
    }

    /** Number of commands. */
    public int size() {
        return results.size();
    }

    /**
     * The result of this command, told by identity: {@code Command<Long> left = decr("stock")} … {@code result.get(left)}. Of a command
     * that was given twice the first one's; see {@link #get(int)}.
     *
     * @throws ServerErrorException when the server refused this one while the transaction ran; the others were applied
     * @throws UnreadableReplyException when its answer is not what the command decodes; it was applied
     * @throws IllegalArgumentException when it was not among the commands
     */
    @SuppressWarnings("unchecked") // A result was decoded by the command of its place.
    public <T> T get(Command<T> command) {
        for (int i = 0; i < commands.size(); i++) {
            if (commands.get(i) == command) {
                return (T) get(i);
            }
        }
        throw new IllegalArgumentException(
                command + " was not among the commands of this transaction; ask with the very"
                        + " object that was given to it");
    }

    /** The result of the command at this place, from 0; errors as {@link #get(Command)}. */
    public Object get(int index) {
        Object result = results.get(index);
        if (result instanceof Failure failure) {
            failure.cause.fillInStackTrace(); // The caller's trace says more than that of an event loop.
            throw failure.cause;
        }
        return result;
    }
}
