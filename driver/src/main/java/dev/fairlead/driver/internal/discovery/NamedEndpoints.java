package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Resolver;
import dev.fairlead.topology.Endpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The names of a primary and of its readers, as managed services give them, and the addresses that they stand for. Each address is a
 * node of its own; what role it has it says itself. {@link #hostOf} may be asked by anybody, the rest is confined to the discovery
 * thread.
 */
public final class NamedEndpoints {
    private final List<Endpoint> names;
    private final Resolver resolver;
    private final Map<Endpoint, List<Endpoint>> addresses = new LinkedHashMap<>();
    private volatile Map<Endpoint, String> hosts = Map.of();

    /** @param names at least one, the primary first */
    public NamedEndpoints(List<Endpoint> names, Resolver resolver) {
        this.names = List.copyOf(names);
        this.resolver = resolver;
    }

    /** The host that the certificate of whoever answers at this address must name. An address found otherwise is held to the primary's. */
    public String hostOf(Endpoint node) {
        return hosts.getOrDefault(node, names.get(0).host());
    }

    /** What came of looking a name up: either its addresses or why there are none. */
    record Found(Endpoint name, List<InetAddress> addresses, String failure) {}

    /** Looks every name up; the future ends normally, on any thread. */
    CompletableFuture<List<Found>> lookUp() {
        List<CompletableFuture<Found>> all = new ArrayList<>();
        for (Endpoint name : names) {
            all.add(resolver.addresses(name.host())
                    .handle((found, failure) -> new Found(name, found, reason(failure))));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .thenApply(nothing -> all.stream().map(CompletableFuture::join).toList());
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? null : "the host name cannot be resolved: " + cause.getMessage();
    }

    /** Takes the answers over; a name without one keeps what it had. @return every address there is now */
    List<Endpoint> take(List<Found> answers) {
        for (Found each : answers) {
            if (each.failure() == null) {
                addresses.put(
                        each.name(),
                        each.addresses().stream()
                                .map(address -> new Endpoint(
                                        address.getHostAddress(), each.name().port()))
                                .toList());
            }
        }
        Map<Endpoint, String> next = new LinkedHashMap<>();
        addresses.forEach((name, all) -> all.forEach(each -> next.putIfAbsent(each, name.host())));
        hosts = Map.copyOf(next);
        return List.copyOf(next.keySet());
    }
}
