package dev.fairlead.driver.internal.execute;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkCall;
import java.util.HashSet;
import java.util.Set;

/**
 * Gathers what one thread sends, so that each link writes it in one piece. Confined to that thread; what other threads send of the same
 * calls, later, goes out at once.
 */
final class Cork {
    private final Thread owner = Thread.currentThread();
    private final Set<Link> links = new HashSet<>();

    void send(Link link, LinkCall call) {
        if (Thread.currentThread() == owner) {
            link.enqueue(call);
            links.add(link);
        } else {
            link.send(call);
        }
    }

    /** Lets it all go. */
    void pull() {
        links.forEach(Link::flush);
        links.clear();
    }
}
