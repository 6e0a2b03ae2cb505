package dev.fairlead.server.internal.sentinel;

import java.util.List;

/**
 * What the state machine wants done. Nothing here may call back into {@link SentinelState} before it returns: outcomes
 * arrive later, as inputs.
 */
public interface SentinelOutput {
    /** Opens a connection; {@code linkUp} or {@code linkDown} follows, once. */
    void connect(PeerLink link, LinkKind kind);

    /** Gives up whatever connection there is, of that kind; no {@code linkDown} follows, and replies still out are dropped. */
    void disconnect(PeerLink link, LinkKind kind);

    /** Sends over {@link LinkKind#COMMANDS}, which is up. No reply comes when the connection breaks before it. */
    void send(PeerLink link, SentinelRequest request);

    /** Something to be logged and published on the channel of that name. */
    void event(String name, String payload);

    /** Something for the log alone, in a sentence. */
    void note(String text);

    /** Runs a program with its arguments, some time later; what becomes of it is of no interest here. */
    void script(List<String> command);

    /** Dies at once, as it was told to. */
    void die();

    /** Writes the configuration down, before anything that depends on it becomes visible to others. */
    void persist();
}
