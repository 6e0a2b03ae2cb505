package dev.fairlead.driver.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.driver.internal.link.LinkSettings;
import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How often an address that refuses is tried, on a clock of the test's own. */
class DialerTest {
    private static final Endpoint GONE = new Endpoint("10.0.0.1", 6379);
    private static final int CLIENTS = 1_000;
    private static final long[] CEILINGS_MILLIS = {20, 40, 80, 160, 320, 500, 500};

    private final List<Long> delays = new ArrayList<>();
    private long now;
    private int attempts;
    private Runnable next;
    private final ScheduledFuture<?> retry =
            mock(ScheduledFuture.class, withSettings().stubOnly());
    private final Dialer.Owner owner = mock(Dialer.Owner.class, withSettings().stubOnly());
    private final Discovery discovery = discovery();

    /** A thousand clients that lose a server at the same moment do not come back to it at the same moment. */
    @Test
    void theRestBeforeTheNextTryIsAnyTimeUpToACeilingThatDoubles() {
        List<List<Long>> byTry = new ArrayList<>();
        for (int i = 0; i < CEILINGS_MILLIS.length; i++) {
            byTry.add(new ArrayList<>());
        }
        for (int client = 0; client < CLIENTS; client++) {
            delays.clear();
            Dialer dialer = dialer();
            dialer.dial();
            for (int i = 1; i < CEILINGS_MILLIS.length; i++) {
                next.run();
            }
            for (int i = 0; i < CEILINGS_MILLIS.length; i++) {
                byTry.get(i).add(delays.get(i));
            }
        }
        for (int i = 0; i < CEILINGS_MILLIS.length; i++) {
            long ceiling = TimeUnit.MILLISECONDS.toNanos(CEILINGS_MILLIS[i]);
            int[] tenths = new int[11];
            byTry.get(i).forEach(delay -> tenths[(int) (10 * delay / ceiling)]++);
            for (int tenth = 0; tenth < 10; tenth++) {
                // 100 are expected; 60 or 140 are more than four standard deviations away, and 70 tenths are looked at.
                assertThat(tenths[tenth])
                        .as("clients in tenth %d of up to %d ms", tenth, CEILINGS_MILLIS[i])
                        .isBetween(50, 150);
            }
        }
    }

    @Test
    void callersInAHurryDoNotMakeItFasterThanFiftyTriesASecond() {
        Dialer dialer = dialer();
        dialer.dial();
        for (int milli = 0; milli < 1_000; milli++) {
            now += TimeUnit.MILLISECONDS.toNanos(1);
            dialer.hurry();
        }
        assertThat(attempts).isBetween(45, 51);
    }

    private Discovery discovery() {
        Discovery discovery = mock(Discovery.class, withSettings().stubOnly());
        when(discovery.now()).thenAnswer(call -> now);
        when(discovery.connect(any(), any(), any())).thenAnswer(call -> {
            attempts++;
            return CompletableFuture.failedFuture(
                    new LinkException(LinkException.Kind.NOT_CONNECTED, GONE, "connection refused"));
        });
        doAnswer(call -> {
                    call.<Runnable>getArgument(0).run();
                    return null;
                })
                .when(discovery)
                .run(any());
        when(discovery.later(any(), anyLong())).thenAnswer(call -> {
            next = call.getArgument(0);
            delays.add(call.getArgument(1));
            return retry;
        });
        return discovery;
    }

    private Dialer dialer() {
        return new Dialer(GONE, LinkSettings.DEFAULT, discovery, owner);
    }
}
