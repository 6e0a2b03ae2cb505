package dev.fairlead.driver.internal.link;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeasedLoopTest {
    private final EventLoopGroup group = Transport.newEventLoops(1, "leased");
    private final LeasedLoop loop = (LeasedLoop) group.next();

    @AfterEach
    void shutDown() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    /** Until this thread has led: the keeper is in the loop at first, and leaves it, once woken, when somebody would lead. */
    private void lead(Runnable first, AtomicBoolean over) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!loop.lead(first, over::get)) {
            assertThat(System.nanoTime()).as("the keeper never left").isLessThan(deadline);
            loop.execute(() -> {});
            LockSupport.parkNanos(100_000);
        }
    }

    private Thread runner() throws InterruptedException {
        AtomicReference<Thread> ran = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            ran.set(Thread.currentThread());
            done.countDown();
        });
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        return ran.get();
    }

    @Test
    void whoWaitsRunsWhatOthersHandOver() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch leading = new CountDownLatch(1);
        Thread caller = new Thread(() -> lead(leading::countDown, over));
        caller.start();
        assertThat(leading.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(runner()).isSameAs(caller);
        assertThat(loop.inEventLoop(caller)).isTrue();
        assertThat(loop.lead(() -> {}, () -> true)).as("a second leader").isFalse();

        loop.execute(() -> over.set(true));
        caller.join();
        assertThat(runner().getName()).as("once nobody waits").startsWith("leased");
    }

    @Test
    void timersRunWhileACallerLeads() {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Thread> timer = new AtomicReference<>();
        lead(
                () -> loop.schedule(
                        () -> {
                            timer.set(Thread.currentThread());
                            over.set(true);
                        },
                        30,
                        TimeUnit.MILLISECONDS),
                over);
        assertThat(timer.get()).isNotNull();
    }

    @Test
    void theKeeperGoesOnWithWhatALeaderLeavesUnanswered() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean(true);
        lead(loop::written, over);
        runner(); // The keeper has it, and stays while a reply is out.
        assertThat(loop.lead(() -> {}, () -> true)).isFalse();
        runner();
        assertThat(loop.lead(() -> {}, () -> true)).isFalse();
        loop.execute(loop::answered);
        lead(() -> {}, over);
    }

    @Test
    void anInterruptedCallerLeavesTheLoop() throws InterruptedException {
        CountDownLatch leading = new CountDownLatch(1);
        AtomicBoolean kept = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            lead(leading::countDown, new AtomicBoolean());
            kept.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        assertThat(leading.await(30, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        caller.join();
        assertThat(kept).isTrue();
    }

    @Test
    void eachTaskRunsOnceAndNoneBesideAnother() throws InterruptedException {
        int tasks = 5_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger collisions = new AtomicInteger();
        int[] plain = {0}; // Seen by one thread at a time, each after the other.
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(new Thread(() -> {
                for (int n = 0; n < tasks; n++) {
                    AtomicBoolean done = new AtomicBoolean();
                    Runnable task = () -> {
                        if (inside.incrementAndGet() > 1) {
                            collisions.incrementAndGet();
                        }
                        plain[0]++;
                        ran.incrementAndGet();
                        inside.decrementAndGet();
                        done.set(true);
                    };
                    if (!loop.lead(task, done::get)) {
                        loop.execute(task);
                    }
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread each : callers) {
            each.join();
        }
        await().atMost(ofSeconds(30)).untilAsserted(() -> assertThat(ran).hasValue(4 * tasks));
        runner();
        assertThat(plain[0]).isEqualTo(4 * tasks);
        assertThat(collisions).hasValue(0);
    }

    @Test
    void aLoopThatWasShutDownRefusesTasksAndLeaders() throws InterruptedException {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        assertThat(loop.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(loop.lead(() -> {}, () -> true)).isFalse();
        assertThat(loop.isTerminated()).isTrue();
    }
}
