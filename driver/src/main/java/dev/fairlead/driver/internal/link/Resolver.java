package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.HostResolver;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Finds the addresses of host names, on threads of its own, since a lookup blocks; a literal address is taken as it is, at once.
 * Thread-safe. Of one name one lookup is under way at a time, so no more wait than there are names.
 */
public final class Resolver {
    /** 4: a name service that hangs for one name still leaves threads for others. They end when there is nothing to do. */
    private static final int THREADS = 4;

    private static final long IDLE_SECONDS = 10;

    /** The JVM's own lookups. */
    public static final Resolver SYSTEM = new Resolver(host -> List.of(InetAddress.getAllByName(host)));

    private final HostResolver lookup;
    private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> underWay = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads;

    public Resolver(HostResolver lookup) {
        this.lookup = lookup;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, "fairlead-resolver");
                    made.setDaemon(true);
                    return made;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** At least one address; fails with what the lookup failed with. The future is the caller's own. */
    public CompletableFuture<List<InetAddress>> addresses(String host) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal != null) {
            try {
                return CompletableFuture.completedFuture(List.of(InetAddress.getByAddress(literal)));
            } catch (UnknownHostException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> others = underWay.putIfAbsent(host, mine);
        if (others != null) {
            return others.copy();
        }
        threads.execute(() -> lookUp(host, mine));
        return mine.copy();
    }

    private void lookUp(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            List<InetAddress> found = List.copyOf(lookup.resolve(host));
            underWay.remove(host);
            if (found.isEmpty()) {
                throw new UnknownHostException(host + ": no address");
            }
            answer.complete(found);
        } catch (UnknownHostException | RuntimeException e) {
            underWay.remove(host);
            answer.completeExceptionally(e);
        }
    }

    /** For what blocks when a link is opened. */
    Executor threads() {
        return threads;
    }
}
