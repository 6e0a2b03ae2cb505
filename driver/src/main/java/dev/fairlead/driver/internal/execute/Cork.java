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

    /** Lets it go and does the socket work for it here, until the call has ended or goes elsewhere, if nobody does that work already. */
    void pullAndLead(Call<?> call) {
        pulled = true;
        Object attempt = call.state();
        if (link != null && (!(attempt instanceof Attempt<?>) || !link.lead(() -> call.state() != attempt))) {
            link.flush();
        }
    }
}
