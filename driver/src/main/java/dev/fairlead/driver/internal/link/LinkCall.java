package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;

/**
 * One attempt of one call on its way over a link; sent once. A call that is tried again is a new {@code LinkCall}.
 *
 * <p>Exactly one of {@link #onReply}, {@link #onError} and {@link #onFailure} completes it, once: on the link's event loop, or,
 * when the link refuses it at once (closed, full), on the sender's thread before {@link Link#send} returns. They must not block.
 * A call whose deadline passes stays in the ring, so that the order of replies is kept; its late reply comes here all the same
 * and is for this class to drop.
 */
public abstract class LinkCall {
    private final byte[][] argv;
    /** The request as it goes on the wire; made on the sender's thread, dropped when written. */
    byte[] encoded;
    /** When the call was handed to the link, before it was encoded. */
    long sentNanos;
    /** Of a change of subscriptions: confirmations still to come, the last of which is its reply. */
    int confirmations;

    /** @param argv the command as it goes on the wire, its name first; not copied */
    protected LinkCall(byte[]... argv) {
        this.argv = argv;
    }

    /** The command as it goes on the wire, its name first. */
    public final byte[][] argv() {
        return argv;
    }

    /** The instant of {@code System.nanoTime()} at which it was handed to a link, taken before it was encoded. */
    public final long sentNanos() {
        return sentNanos;
    }

    /**
     * The reply came, and it is no error. The reader is valid until this method returns. When this throws, the call ends with
     * {@link #onFailure} and {@link LinkException.Kind#UNREADABLE_REPLY}; other calls and the link are not touched.
     */
    protected abstract void onReply(RespReader reply);

    /** The server answered with an error. */
    protected abstract void onError(Reply.ServerError error);

    /** There is no reply; {@link LinkException#kind} says whether the command can have been applied. */
    protected abstract void onFailure(LinkException failure);
}
