package dev.fairlead.driver.internal.discovery;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Observation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Sentinels that are connected to: those that were configured, and those that they name. Confined to the discovery thread. */
final class Sentinels {
    private static final Logger LOG = LoggerFactory.getLogger(Sentinels.class);

    /** More Sentinels than any installation has; what lists more is not one. */
    private static final int MAX_SENTINELS = 64;

    /** As often as Sentinels themselves refresh what they know; in between their events tell. */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long PERIOD_IN_TROUBLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** 60 s: six of the periods in which Sentinels tell of each other. */
    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final DiscoverySettings settings;
    private final Discovery discovery;
    private final Map<Endpoint, SentinelConnection> connections = new TreeMap<>();
    private boolean closed;
    private long lastPollNanos;

    Sentinels(DiscoverySettings settings, Discovery discovery) {
        this.settings = settings;
        this.discovery = discovery;
    }

    void start() {
        lastPollNanos = discovery.now();
        settings.sentinels().forEach(this::found);
    }

    /** Connects, if it is a new one. */
    void found(Endpoint endpoint) {
        if (!closed && connections.size() < MAX_SENTINELS && !connections.containsKey(endpoint)) {
            SentinelConnection connection = new SentinelConnection(endpoint, settings.masterName(), discovery);
            connections.put(endpoint, connection);
            connection.dialers().forEach(Dialer::dial);
        }
    }

    /** Whether none has ever named the master. */
    boolean areSilent() {
        return connections.values().stream().noneMatch(SentinelConnection::hasAnswered);
    }

    /** Whether each has answered or is among those that failed. One may be out of date: its word is not the last before. */
    boolean wereTried(Set<String> failed) {
        return connections.entrySet().stream()
                .allMatch(each -> each.getValue().hasAnswered() || failed.contains("Sentinel " + each.getKey()));
    }

    /** Looks for answers that are overdue, and asks again when it is time to. */
    void watch(long now, boolean inTrouble) {
        connections.values().forEach(each -> each.watch(now));
        if (now - lastPollNanos >= (inTrouble ? PERIOD_IN_TROUBLE_NANOS : PERIOD_NANOS)) {
            lastPollNanos = now;
            connections.values().forEach(SentinelConnection::ask);
        }
    }

    /** Asks all of them now, and dials at once those that are waiting for their next attempt. */
    List<CompletableFuture<Void>> askNow() {
        return connections.values().stream()
                .map(each -> {
                    each.dialers().forEach(Dialer::hurry);
                    return each.ask();
                })
                .toList();
    }

    /** One that was not configured, does not answer, and is named by no other that does, has been taken away. */
    void forget(long now) {
        List<SentinelConnection> heard = connections.values().stream()
                .filter(each -> now - each.answeredNanos() <= FORGET_NANOS)
                .toList();
        if (heard.isEmpty()) {
            return; // Then it is the network that is gone, and who is left of them cannot be told.
        }
        Set<Endpoint> keep = new HashSet<>(settings.sentinels());
        heard.forEach(each -> keep.addAll(each.others()));
        connections.entrySet().removeIf(each -> {
            boolean gone =
                    !keep.contains(each.getKey()) && now - each.getValue().answeredNanos() > FORGET_NANOS;
            if (gone) {
                LOG.info("Sentinel {} has not answered for a minute and no other names it: forgotten", each.getKey());
                each.getValue().dialers().forEach(dialer -> dialer.close(Duration.ZERO));
                discovery.usable("Sentinel " + each.getKey());
                discovery.observe(new Observation.SentinelForgotten(each.getKey(), now));
            }
            return gone;
        });
    }

    void close() {
        closed = true;
        connections.values().forEach(each -> each.dialers().forEach(dialer -> dialer.close(Duration.ZERO)));
    }
}
