package dev.fairlead.driver;

import dev.fairlead.topology.Endpoint;
import java.util.Set;

/** The server answered with an error that belongs to the caller, such as {@code -WRONGTYPE} or {@code -OOM}. */
public final class ServerErrorException extends NodeException {
    private static final long serialVersionUID = 1L;

    /** Refused before execution, by the state the server is in: it passes. */
    private static final Set<String> TRANSIENT = Set.of(
            "LOADING",
            "MASTERDOWN",
            "READONLY",
            "REDIRECT",
            "CLUSTERDOWN",
            "TRYAGAIN",
            "BUSY",
            "NOREPLICAS",
            "MISCONF",
            "OOM",
            "UNBLOCKED");

    /** Refused before execution, whatever the state. */
    private static final Set<String> REFUSED =
            Set.of("WRONGTYPE", "NOAUTH", "NOPERM", "NOSCRIPT", "WRONGPASS", "EXECABORT");

    private final String text;
    private final String code;

    /**
     * @param command name of the command
     * @param text the error as the server sent it, its code first and without the leading '-'
     */
    public ServerErrorException(String command, Endpoint node, String text) {
        super(command + " at " + node + ": " + text, node, null);
        this.text = text;
        int end = text.indexOf(' ');
        this.code = end < 0 ? text : text.substring(0, end);
    }

    /** The first word of the error, {@code WRONGTYPE} or {@code ERR}. */
    public String code() {
        return code;
    }

    /** The error as the server sent it. */
    String text() {
        return text;
    }

    @Override
    public boolean retryable() {
        return TRANSIENT.contains(code);
    }

    /** True for errors that are raised before a command runs; a script that failed half way may have written. */
    @Override
    public boolean knownNotApplied() {
        return TRANSIENT.contains(code) || REFUSED.contains(code);
    }
}
