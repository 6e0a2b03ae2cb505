package dev.fairlead.server.internal.command;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the server counts since its start or CONFIG RESETSTAT. Confined to the command thread; the net room counts its own bytes here. */
public final class ServerStats {
    /** Kinds of errors told apart; past it a new one counts as OTHER, so that clients cannot grow the table. */
    private static final int MAX_ERROR_KINDS = 128;

    public long connectionsReceived;
    public long connectionsRejected;
    public long netInputBytes;
    public long netOutputBytes;
    long commands;
    long expiredKeys;
    long keyspaceHits;
    long keyspaceMisses;
    long errorReplies;
    final Map<String, long[]> errors = new LinkedHashMap<>();

    public ServerStats() {}

    /** Commands executed so far. */
    public long commands() {
        return commands;
    }

    /** Counts an error reply under its code, the word before the first space. */
    void countError(String codeAndText) {
        errorReplies++;
        int space = codeAndText.indexOf(' ');
        String code = space < 0 ? codeAndText : codeAndText.substring(0, space);
        if (!errors.containsKey(code) && errors.size() >= MAX_ERROR_KINDS) {
            code = "OTHER";
        }
        errors.computeIfAbsent(code, c -> new long[1])[0]++;
    }

    void reset() {
        connectionsReceived = 0;
        connectionsRejected = 0;
        netInputBytes = 0;
        netOutputBytes = 0;
        commands = 0;
        expiredKeys = 0;
        keyspaceHits = 0;
        keyspaceMisses = 0;
        errorReplies = 0;
        errors.clear();
    }
}
