package dev.fairlead.it.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Ways to drive a client for a while: by threads that wait for each reply, by a window of calls in flight, by batches. */
final class Load {
    static final int KEYS = 100_000;
    static final int VALUE_BYTES = 100;
    static final int LARGE_BYTES = 64 << 10;
    static final String LARGE = "large";
    static final String VALUE = "v".repeat(VALUE_BYTES);

    private static final String[] NAMES = names();
    private static final int WRITES_PERCENT = 20;
    /** One call in 16 is timed where the timing would cost as much as the call. */
    private static final int TIMED = 16;

    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final long STUCK_NANOS = 20_000_000_000L;

    private Load() {}

    private static String[] names() {
        String[] names = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            names[i] = "key:" + i;
        }
        return names;
    }

    static String key(int i) {
        return NAMES[i];
    }

    static String anyKey() {
        return NAMES[ThreadLocalRandom.current().nextInt(KEYS)];
    }

    private static boolean isWrite() {
        return ThreadLocalRandom.current().nextInt(100) < WRITES_PERCENT;
    }

    /** One call of the mix, waited for. */
    static void mixed(Subject subject) {
        if (isWrite()) {
            subject.set(anyKey(), VALUE);
        } else {
            subject.get(anyKey());
        }
    }

    static CompletionStage<?> mixedAsync(Subject subject) {
        return isWrite() ? subject.setAsync(anyKey(), VALUE) : subject.getAsync(anyKey());
    }

    /** So many threads, each with one call at a time. */
    static Meter.Sample threads(Subject subject, int count, long nanos, Consumer<Subject> call)
            throws InterruptedException {
        CountDownLatch done = new CountDownLatch(count);
        CountDownLatch counted = new CountDownLatch(1);
        List<Worker> workers = new ArrayList<>();
        Meter meter = new Meter();
        long end = System.nanoTime() + nanos;
        for (int i = 0; i < count; i++) {
            Worker worker = new Worker(subject, end, call, done, counted);
            workers.add(worker);
            worker.start();
        }
        done.await();
        Histogram latency = new Histogram(HIGHEST_NANOS, 3);
        long errors = 0;
        for (Worker worker : workers) {
            latency.add(worker.latency);
            errors += worker.errors;
        }
        Meter.Sample sample = meter.stop(latency.getTotalCount(), errors, latency);
        counted.countDown();
        for (Worker worker : workers) {
            worker.join();
        }
        return sample;
    }

    private static final class Worker extends Thread {
        private final Subject subject;
        private final long end;
        private final Consumer<Subject> call;
        private final CountDownLatch done;
        private final CountDownLatch counted;
        private final Histogram latency = new Histogram(HIGHEST_NANOS, 3);
        private long errors;

        Worker(Subject subject, long end, Consumer<Subject> call, CountDownLatch done, CountDownLatch counted) {
            this.subject = subject;
            this.end = end;
            this.call = call;
            this.done = done;
            this.counted = counted;
        }

        @Override
        public void run() {
            long before = System.nanoTime();
            while (before - end < 0) {
                try {
                    call.accept(subject);
                } catch (RuntimeException e) {
                    errors++;
                }
                long after = System.nanoTime();
                latency.recordValue(after - before);
                before = after;
            }
            done.countDown();
            try {
                counted.await(); // What it has allocated is asked for by its id.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * One thread that keeps a number of calls in flight. It sends until the window is full and goes on when half of it has been
     * answered, so that neither side wakes the other for each call.
     */
    static Meter.Sample window(Subject subject, int size, long nanos, IntFunction<CompletionStage<?>> call) {
        Histogram latency = new ConcurrentHistogram(HIGHEST_NANOS, 3);
        Answers answers = new Answers();
        Meter meter = new Meter();
        long end = System.nanoTime() + nanos;
        long sent = 0;
        while (System.nanoTime() - end < 0) {
            answers.await(sent - size / 2);
            while (sent - answers.got.get() < size) {
                CompletionStage<?> reply = call.apply((int) sent);
                if (sent++ % TIMED == 0) {
                    long before = System.nanoTime();
                    reply.whenComplete((value, failure) -> {
                        latency.recordValue(System.nanoTime() - before);
                        answers.accept(value, failure);
                    });
                } else {
                    reply.whenComplete(answers);
                }
            }
        }
        answers.await(sent);
        return meter.stop(sent, answers.errors.get(), latency);
    }

    private static final class Answers implements BiConsumer<Object, Throwable> {
        private final AtomicLong got = new AtomicLong();
        private final AtomicLong errors = new AtomicLong();
        private final Thread sender = Thread.currentThread();
        private volatile long wanted = -1;

        @Override
        public void accept(Object value, Throwable failure) {
            if (failure != null) {
                errors.incrementAndGet();
            }
            if (got.incrementAndGet() == wanted) {
                LockSupport.unpark(sender);
            }
        }

        void await(long answers) {
            wanted = answers;
            long begun = System.nanoTime();
            while (got.get() < answers) {
                LockSupport.parkNanos(this, STUCK_NANOS);
                if (System.nanoTime() - begun > STUCK_NANOS) {
                    throw new IllegalStateException("No reply for " + STUCK_NANOS / 1_000_000_000 + " s.");
                }
            }
        }
    }

    /** One thread that sends a batch, waits for all of its replies, and goes on; the latency is the batch's. */
    static Meter.Sample batches(int size, long nanos, Runnable batch) {
        Histogram latency = new Histogram(HIGHEST_NANOS, 3);
        Meter meter = new Meter();
        long end = System.nanoTime() + nanos;
        long before = System.nanoTime();
        while (before - end < 0) {
            batch.run();
            long after = System.nanoTime();
            latency.recordValue(after - before);
            before = after;
        }
        return meter.stop(latency.getTotalCount() * size, 0, latency);
    }

    /** A batch of the mix. */
    static void mixedBatch(Subject subject, int size) {
        String[] keys = new String[size];
        String[] values = new String[size];
        for (int i = 0; i < size; i++) {
            keys[i] = anyKey();
            values[i] = isWrite() ? VALUE : null;
        }
        subject.batch(keys, values);
    }
}
