package dev.fairlead.driver.internal.health;

import dev.fairlead.topology.Endpoint;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A circuit breaker per replica: one whose reads keep failing, or keep being slow, is given none for a while, then a few to try it.
 *
 * <p>Ejection is capped: of the replicas that are read from at most half are kept out at once; when more than half would be, none is, so
 * that the last healthy ones are never ejected and the master is not drowned when replicas go. Only reads at replicas ask; what only the
 * master may serve has one place to go. Thread-safe.
 */
public final class NodeHealth {
    private static final CircuitBreakerConfig CONFIG = CircuitBreakerConfig.custom()
            .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(64)
            // 16 calls: at 50% the chance that a node failing one call in ten is ejected is below 1 in 10,000.
            .minimumNumberOfCalls(16)
            .failureRateThreshold(50)
            // Half of the default deadline: whoever calls is about to give up. Four in five, as heavy reads alone are
            // no illness.
            .slowCallDurationThreshold(Duration.ofMillis(500))
            .slowCallRateThreshold(80)
            .waitDurationInOpenState(Duration.ofMillis(500))
            .permittedNumberOfCallsInHalfOpenState(8)
            .maxWaitDurationInHalfOpenState(Duration.ofSeconds(2))
            .writableStackTraceEnabled(false)
            .build();

    private final ConcurrentHashMap<Endpoint, CircuitBreaker> breakers = new ConcurrentHashMap<>();

    /** Nodes of which was told that reads are kept from them. */
    private final Set<Endpoint> keptOut = ConcurrentHashMap.newKeySet();

    private final BiConsumer<Endpoint, Boolean> told;

    /** That nobody listens to. */
    public NodeHealth() {
        this((node, readable) -> {});
    }

    /**
     * @param told when reads are kept from a node (false) and when it is as any other again (true), on whatever thread saw it; must
     *     not block
     */
    public NodeHealth(BiConsumer<Endpoint, Boolean> told) {
        this.told = told;
    }

    /** Whether the node may be offered a read; looks only, takes nothing. */
    public boolean permits(Endpoint node) {
        CircuitBreaker breaker = breakers.get(node);
        return breaker == null || breaker.getState() != State.OPEN || tooManyEjected();
    }

    /** Takes the permission to send one call; {@link #succeeded} or {@link #failed} must follow when true. */
    public boolean acquire(Endpoint node) {
        return breaker(node).tryAcquirePermission() || tooManyEjected();
    }

    /** It answered, be it with an error: it works. */
    public void succeeded(Endpoint node, long elapsedNanos) {
        CircuitBreaker breaker = breakers.get(node);
        if (breaker != null) {
            breaker.onSuccess(elapsedNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** It broke the connection or did not answer in time. */
    public void failed(Endpoint node, long elapsedNanos, Throwable failure) {
        CircuitBreaker breaker = breakers.get(node);
        if (breaker != null) {
            breaker.onError(elapsedNanos, TimeUnit.NANOSECONDS, failure);
        }
    }

    /** The call was never sent after all. */
    public void release(Endpoint node) {
        CircuitBreaker breaker = breakers.get(node);
        if (breaker != null) {
            breaker.releasePermission();
        }
    }

    /** A probe was answered: a node that was kept out may be tried again. */
    public void alive(Endpoint node) {
        CircuitBreaker breaker = breakers.get(node);
        if (breaker != null && breaker.getState() == State.OPEN && breaker.tryAcquirePermission()) {
            breaker.releasePermission(); // Asking moved it to half-open when its time was over; the probe itself
            // counts as nothing.
        }
    }

    /** Forgets nodes that are gone, or no replicas any more: the cap counts replicas. */
    public void retain(Collection<Endpoint> replicas) {
        breakers.keySet().retainAll(replicas);
        keptOut.retainAll(replicas);
    }

    private boolean tooManyEjected() {
        long open = breakers.values().stream()
                .filter(each -> each.getState() == State.OPEN)
                .count();
        return open * 2 > breakers.size();
    }

    private CircuitBreaker breaker(Endpoint node) {
        CircuitBreaker breaker = breakers.get(node);
        return breaker != null ? breaker : breakers.computeIfAbsent(node, this::newBreaker);
    }

    private CircuitBreaker newBreaker(Endpoint node) {
        CircuitBreaker breaker = CircuitBreaker.of(node.toString(), CONFIG);
        breaker.getEventPublisher().onStateTransition(event -> {
            State to = event.getStateTransition().getToState();
            if (to == State.OPEN && !tooManyEjected() && keptOut.add(node)) {
                told.accept(node, false);
            } else if (to == State.CLOSED && keptOut.remove(node)) {
                told.accept(node, true);
            }
        });
        return breaker;
    }
}
