package dev.fairlead.driver.internal.link;

import dev.fairlead.resp.Reply;

/** Hears of what comes over a link unasked, and of its end. Called on the link's event loop; must not block. */
public interface LinkListener {
    /** Takes no notice of anything. */
    LinkListener NONE = new LinkListener() {};

    /**
     * A push: RESP3's {@code >}, or on a subscriber link of RESP2 the arrays that stand for it ({@code message, pmessage, subscribe…}).
     * Confirmations of SUBSCRIBE and its kin come here too.
     */
    default void onPush(Link link, Reply.Sequence push) {}

    /** The link is gone, for whatever reason; told once, after its calls have been failed. */
    default void onClosed(Link link, LinkException reason) {}
}
