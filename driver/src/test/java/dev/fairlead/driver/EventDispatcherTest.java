package dev.fairlead.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.RoutingEvent.CallFailed;
import dev.fairlead.driver.RoutingEvent.EventsDropped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventDispatcherTest {
    private final EventDispatcher dispatcher = new EventDispatcher();

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private static RoutingEvent event(int number) {
        return new CallFailed("GET", true, null, number, Duration.ZERO);
    }

    private static RoutingListener forCalls(RoutingListener listener) {
        return new RoutingListener() {
            @Override
            public void on(RoutingEvent event) {
                listener.on(event);
            }

            @Override
            public boolean wantsCalls() {
                return true;
            }
        };
    }

    @Test
    void eventsComeInOrderAndOffTheCallersThread() {
        List<RoutingEvent> heard = new CopyOnWriteArrayList<>();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        dispatcher.add(forCalls(event -> {
            heard.add(event);
            threads.add(Thread.currentThread());
        }));
        dispatcher.start();
        for (int i = 0; i < 100; i++) {
            dispatcher.emit(event(i));
        }

        await().until(() -> heard.size() == 100);
        assertThat(heard).extracting(each -> ((CallFailed) each).attempts()).isSorted();
        assertThat(threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void aSlowListenerLosesEventsAndIsToldHowMany() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<RoutingEvent> heard = new CopyOnWriteArrayList<>();
        dispatcher.add(forCalls(event -> {
            heard.add(event);
            busy.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        dispatcher.start();
        dispatcher.emit(event(0));
        busy.await();
        for (int i = 0; i < EventDispatcher.CAPACITY + 25; i++) {
            dispatcher.emit(event(i));
        }
        release.countDown();

        await().until(() -> heard.contains(new EventsDropped(25)));
        assertThat(heard.get(1)).as("told before what follows the gap").isEqualTo(new EventsDropped(25));
    }

    @Test
    void aListenerThatThrowsDoesNotSilenceTheOthers() {
        List<RoutingEvent> heard = new CopyOnWriteArrayList<>();
        dispatcher.add(forCalls(event -> {
            throw new IllegalStateException("on purpose");
        }));
        dispatcher.add(forCalls(heard::add));
        dispatcher.start();
        dispatcher.emit(event(1));
        dispatcher.emit(event(2));

        await().until(() -> heard.size() == 2);
    }

    @Test
    void eventsOfCallsAreMadeOnlyForThoseWhoWantThem() {
        List<RoutingEvent> plain = new CopyOnWriteArrayList<>();
        RoutingListener wanting = forCalls(event -> {});
        dispatcher.add(plain::add);
        assertThat(dispatcher.callsWanted()).isFalse();
        dispatcher.add(wanting);
        assertThat(dispatcher.callsWanted()).isTrue();
        dispatcher.start();
        dispatcher.emit(event(1));
        dispatcher.emit(new EventsDropped(1));
        await().until(() -> !plain.isEmpty());
        assertThat(plain).containsExactly(new EventsDropped(1));

        dispatcher.remove(wanting);
        assertThat(dispatcher.callsWanted()).isFalse();
    }
}
