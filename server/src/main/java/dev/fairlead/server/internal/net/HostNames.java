package dev.fairlead.server.internal.net;

import dev.fairlead.driver.internal.link.Resolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;

/**
 * Looks host names up for connections, on the threads of {@link Resolver}: a name service that is slow or silent delays the connection, and
 * not the event loop that asked for it. Thread-safe.
 */
final class HostNames extends AddressResolverGroup<InetSocketAddress> {
    static final HostNames INSTANCE = new HostNames();

    private HostNames() {}

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) {
                complete(name, promise, addresses -> addresses.get(0));
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                complete(name, promise, Function.identity());
            }
        }.asAddressResolver();
    }

    private static <T> void complete(String name, Promise<T> promise, Function<List<InetAddress>, T> choice) {
        Resolver.SYSTEM.addresses(name).whenComplete((addresses, failure) -> {
            if (failure == null) {
                promise.trySuccess(choice.apply(addresses));
            } else {
                promise.tryFailure(failure);
            }
        });
    }
}
