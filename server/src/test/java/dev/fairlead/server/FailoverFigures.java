package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.GuardedCluster.Kind;
import dev.fairlead.server.GuardedCluster.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Figures, and no test of every build (its name keeps it out): how many failovers a kill of the master gives, and how long it takes
 * until {@code +switch-master}, with three bundled Sentinels and with three real ones, each over a master and two replicas of its
 * own, at the same time on the same machine.
 *
 * <pre>mvn -pl server -am test -Dtest=FailoverFigures -Dsurefire.failIfNoSpecifiedTests=false</pre>
 *
 * <p>{@code -Dfairlead.figures.kills=50}, {@code -Dfairlead.figures.downAfter=200,500} and {@code -Dfairlead.figures.nodes=real|bundled}
 * say of what.
 */
@Timeout(3600)
class FailoverFigures {
    private static final int KILLS = Integer.getInteger("fairlead.figures.kills", 10);
    private static final String DOWN_AFTER = System.getProperty("fairlead.figures.downAfter", "200,500");
    private static final String NODES = System.getProperty("fairlead.figures.nodes", "real");
    /** Real Sentinels were seen to fail a healthy master over again within this. */
    private static final long WATCH_MILLIS = 4_000;

    @TempDir
    Path dir;

    private record Event(long nanos, String name, String payload) {}

    /** @param first milliseconds until the first Sentinel said {@code +switch-master}; {@code all} until the last did */
    private record Kill(long first, long all, int failovers) {}

    @Test
    void killsAndWhatTheyCost() throws IOException {
        System.out.println(
                "| nodes | down-after ms | Sentinels | kills | failovers | more than one | first +switch-master ms:"
                        + " median | p90 | worst | on all Sentinels: median | worst |");
        for (String downAfter : DOWN_AFTER.split(",")) {
            AtomicBoolean enough = new AtomicBoolean(); // The slower ones end with the faster ones.
            CompletableFuture<List<Kill>> ours = start(Kind.BUNDLED, Long.parseLong(downAfter), enough);
            CompletableFuture<List<Kill>> theirs = start(Kind.REAL, Long.parseLong(downAfter), enough);
            report("bundled", downAfter, ours.join());
            report("real", downAfter, theirs.join());
            assertThat(ours.join()).allMatch(kill -> kill.failovers == 1);
        }
    }

    private CompletableFuture<List<Kill>> start(Kind guards, long downAfter, AtomicBoolean enough) throws IOException {
        Path home = Files.createDirectory(dir.resolve(guards + "-" + downAfter));
        return CompletableFuture.supplyAsync(
                () -> kills(home, guards, downAfter, enough), task -> new Thread(task).start());
    }

    private static List<Kill> kills(Path home, Kind guards, long downAfter, AtomicBoolean enough) {
        Kind nodes = Kind.valueOf(NODES.toUpperCase(Locale.ROOT));
        List<Kill> kills = new ArrayList<>();
        try (GuardedCluster cluster = new GuardedCluster(
                home, Collections.nCopies(3, nodes), Collections.nCopies(3, guards), downAfter, Network.PLAIN)) {
            List<Event> events = new CopyOnWriteArrayList<>();
            cluster.sentinels().forEach(sentinel -> listen(sentinel.port(), events));
            for (int i = 0; i < KILLS && !enough.get(); i++) {
                kills.add(kill(cluster, events));
            }
        }
        enough.set(true);
        return kills;
    }

    private static Kill kill(GuardedCluster cluster, List<Event> events) {
        int old = cluster.master();
        String gone = GuardedCluster.NAME + " 127.0.0.1 " + cluster.knownPort(old) + " ";
        events.clear();
        long killed = System.nanoTime();
        cluster.node(old).kill();
        Await.until(
                "+switch-master from each Sentinel",
                Duration.ofSeconds(60),
                () -> switches(events, gone).size() == cluster.sentinels().size());
        List<Event> switches = switches(events, gone);
        cluster.node(old).beginAsReplicaOf(cluster.knownPort(cluster.awaitMasterOtherThan(old)));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WATCH_MILLIS));
        int failovers = (int) events.stream()
                .filter(event -> event.name.equals("+promoted-slave"))
                .count();
        cluster.awaitSight();
        return new Kill(
                TimeUnit.NANOSECONDS.toMillis(switches.get(0).nanos - killed),
                TimeUnit.NANOSECONDS.toMillis(switches.get(switches.size() - 1).nanos - killed),
                failovers);
    }

    private static List<Event> switches(List<Event> events, String from) {
        return events.stream()
                .filter(event -> event.name.equals("+switch-master") && event.payload.startsWith(from))
                .toList();
    }

    private static void listen(int port, List<Event> events) {
        Talk talk = new Talk(port);
        talk.call("PSUBSCRIBE", "*");
        Thread listener = new Thread(() -> {
            for (String message = next(talk); !"(closed)".equals(message); message = next(talk)) {
                String[] parts = message.substring(1, message.length() - 1).split(", ", 4);
                events.add(new Event(System.nanoTime(), parts[2], parts[3]));
            }
            talk.close();
        });
        listener.setDaemon(true);
        listener.start();
    }

    private static String next(Talk talk) {
        while (true) { // until the Sentinel ends: silence is no news
            try {
                return talk.read();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof SocketTimeoutException)) {
                    return "(closed)";
                }
            }
        }
    }

    private static void report(String guards, String downAfter, List<Kill> kills) {
        System.out.printf(
                "| %s | %s | %s | %d | %d | %d | %d | %d | %d | %d | %d |%n",
                NODES,
                downAfter,
                guards,
                kills.size(),
                kills.stream().mapToInt(Kill::failovers).sum(),
                kills.stream().filter(kill -> kill.failovers > 1).count(),
                quantile(kills, 0.5, Kill::first),
                quantile(kills, 0.9, Kill::first),
                quantile(kills, 1, Kill::first),
                quantile(kills, 0.5, Kill::all),
                quantile(kills, 1, Kill::all));
    }

    private static long quantile(List<Kill> kills, double share, ToLongFunction<Kill> of) {
        long[] sorted = kills.stream().mapToLong(of).sorted().toArray();
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
