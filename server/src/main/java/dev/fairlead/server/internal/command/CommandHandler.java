package dev.fairlead.server.internal.command;

/** What one command does. Stateless or confined to the command thread. */
@FunctionalInterface
public interface CommandHandler {
    /**
     * Runs the command and writes exactly one reply to {@link Call#out}, or throws before it wrote any.
     *
     * @param argv the call, its name included; its count fits the command's arity. The arrays may be kept as keys and values
     * @throws CommandException the error to reply
     */
    void run(Call call, byte[][] argv);
}
