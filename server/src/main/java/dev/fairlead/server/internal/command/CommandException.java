package dev.fairlead.server.internal.command;

/** A command that ends with an error reply. Thrown before anything of a reply was written. Has no stack trace: it is an answer. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param codeAndText the reply, e.g. {@code ERR syntax error} */
    public CommandException(String codeAndText) {
        super(codeAndText, null, false, false);
    }
}
