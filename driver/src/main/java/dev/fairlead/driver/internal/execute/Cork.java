package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkCall;
import java.util.HashSet;
import java.util.Set;

/**
 * Gathers what one thread sends, so that each link writes it in one piece, or the thread that waits for it writes it itself. Confined to
 * that thread; what other threads send of the same calls, or this one after the cork was pulled, goes out at once.
 */
final class Cork {
    private final Thread owner = Thread.currentThread();
    private Link link;
    /** Further ones. */
    private Set<Link> others = Set.of();

    private boolean pulled;

    void send(Link to, LinkCall call) {
        if (Thread.currentThread() != owner || pulled) {
            to.send(call);
            return;
        }
        to.enqueue(call);
        if (link == null) {
            link = to;
        } else if (link != to) {
            if (others.isEmpty()) {
                others = new HashSet<>();
            }
            others.add(to);
        }
    }

    /** Lets it all go. */
    void pull() {
        pulled = true;
        if (link != null) {
            link.flush();
        }
        others.forEach(Link::flush);
    }

    /**
     * Lets it all go, and does the socket work here until the call has ended or goes elsewhere, where one link has it all and nobody does
     * that work already.
     *
     * @param last of those that were sent; null when there is none
     */
    void pullAndLead(Call<?> last) {
        Object attempt = last == null ? null : last.state();
        if (link == null || !others.isEmpty() || !(attempt instanceof Attempt<?>)) {
            pull();
            return;
        }
        pulled = true;
        if (!link.lead(() -> last.state() != attempt)) {
            link.flush();
        }
    }
}
