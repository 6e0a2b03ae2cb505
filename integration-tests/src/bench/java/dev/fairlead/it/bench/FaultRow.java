package dev.fairlead.it.bench;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.TestNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The rows about faults. Each round starts a cluster of its own, and all clients go through the same fault at once. */
enum FaultRow {
    FAILOVER("planned SENTINEL FAILOVER, a write a millisecond") {
        @Override
        void run(Report report, int round, Predicate<String> wanted) {
            through(report, round, wanted, cluster -> {
                cluster.failover();
                return System.nanoTime();
            });
        }
    },
    KILL("kill -9 of the master, a write and a read a millisecond") {
        @Override
        void run(Report report, int round, Predicate<String> wanted) {
            through(report, round, wanted, cluster -> {
                TestNode old = cluster.master();
                CompletableFuture<Long> promoted = promotion(cluster.replicas());
                old.kill();
                long at = promoted.join();
                cluster.awaitMasterOtherThan(old);
                pause(Duration.ofSeconds(2));
                old.restart();
                cluster.awaitSettled();
                return at;
            });
        }
    },
    FREEZE("master frozen for 5 s and back, a write and a read a millisecond") {
        @Override
        void run(Report report, int round, Predicate<String> wanted) {
            through(report, round, wanted, cluster -> {
                TestNode old = cluster.master();
                CompletableFuture<Long> promoted = promotion(cluster.replicas());
                old.pause();
                pause(Duration.ofSeconds(5));
                old.resume();
                cluster.awaitMasterOtherThan(old);
                cluster.awaitSettled();
                return promoted.join();
            });
        }
    },
    STUTTER("one of two replicas frozen for 0.3 s in every second") {
        @Override
        void run(Report report, int round, Predicate<String> wanted) throws InterruptedException {
            try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 0, ClusterUnderTest.DOWN_AFTER)) {
                TestNode frozen = cluster.replicas().get(0);
                List<Subject> subjects = chosen(
                        wanted,
                        () -> FairleadSubject.of(cluster),
                        () -> new LettuceSubject(cluster),
                        () -> new RedissonSubject(cluster));
                warmUp(subjects);
                List<Reader> readers = subjects.stream().map(Reader::new).toList();
                readers.forEach(Thread::start);
                for (int second = 0; second < STUTTERS; second++) {
                    pause(Duration.ofMillis(700));
                    frozen.pause();
                    pause(Duration.ofMillis(300));
                    frozen.resume();
                }
                for (Reader reader : readers) {
                    reader.finish();
                    report.faultLine(title(), String.format(
                            Locale.ROOT,
                            "| %d | %s | %.1f%% | %d ms | %,d | %s |",
                            round + 1,
                            reader.subject.name(),
                            reader.blockedPercent(),
                            reader.longestMillis(),
                            reader.reads(),
                            reader.errors()));
                }
                subjects.forEach(Subject::close);
            }
        }

        @Override
        String head() {
            return """
                    | round | client | a reader's time blocked (in calls over 20 ms) | longest read | reads | errors |
                    | --- | --- | --: | --: | --: | --- |""";
        }
    },
    STALE("one of two replicas 100 ms behind, own writes read back") {
        @Override
        void run(Report report, int round, Predicate<String> wanted) {
            try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 0, ClusterUnderTest.DOWN_AFTER)) {
                TestNode late = cluster.replicas().get(0);
                TestNode good = cluster.replicas().get(1);
                cluster.delayReplication(late, Duration.ofMillis(100));
                List<Subject> subjects = chosen(
                        wanted,
                        () -> FairleadSubject.of(cluster),
                        () -> FairleadSubject.of(
                                cluster, "Fairlead, READ_YOUR_WRITES", CallOptions.READ_YOUR_WRITES),
                        () -> FairleadSubject.of(
                                cluster, "Fairlead, maxLag(50 ms)", CallOptions.maxLag(Duration.ofMillis(50))),
                        () -> new LettuceSubject(cluster),
                        () -> new RedissonSubject(cluster));
                for (Subject subject : subjects) {
                    warmUp(List.of(subject));
                    long master = cluster.calls(cluster.master(), "get");
                    long lateBefore = cluster.calls(late, "get");
                    long goodBefore = cluster.calls(good, "get");
                    ReadBack readBack = new ReadBack(subject);
                    readBack.run(Duration.ofSeconds(3));
                    report.faultLine(title(), String.format(
                            Locale.ROOT,
                            "| %d | %s | %.1f%% | %d | %d ms | %d / %d / %d |",
                            round + 1,
                            subject.name(),
                            readBack.stalePercent(),
                            readBack.backInTime(),
                            readBack.oldestMillis(),
                            cluster.calls(good, "get") - goodBefore,
                            cluster.calls(late, "get") - lateBefore,
                            cluster.calls(cluster.master(), "get") - master));
                }
                subjects.forEach(Subject::close);
            }
        }

        @Override
        String head() {
            return """
                    | round | client | stale reads | back in time | most outdated by | reads at the good replica / the late one / the master |
                    | --- | --- | --: | --: | --: | --: |""";
        }
    },
    LEVELS("what each level costs: keys written 20 ms to 1 s before, 2,000 writes a second, both replicas 1 ms behind") {
        @Override
        void run(Report report, int round, Predicate<String> wanted) throws InterruptedException {
            try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 0, ClusterUnderTest.DOWN_AFTER)) {
                cluster.replicas().forEach(each -> cluster.delayReplication(each, Duration.ofMillis(1)));
                try (RoutingClient own =
                                RoutingClient.builder().nodes(cluster.addresses()).build();
                        RoutingClient other =
                                RoutingClient.builder().nodes(cluster.addresses()).build();
                        OwnWrites writes = new OwnWrites(own)) {
                    pause(Duration.ofSeconds(2));
                    Duration time = Duration.ofSeconds(6);
                    List<String> lines = List.of(
                            writes.line("own client, EVENTUAL", own, CallOptions.EVENTUAL, false, time),
                            writes.line("own client, READ_YOUR_WRITES", own, CallOptions.READ_YOUR_WRITES, false, time),
                            writes.line("the same, one mark for all keys", own, CallOptions.READ_YOUR_WRITES, true, time),
                            writes.line("own client, SESSION", own, CallOptions.SESSION, false, time),
                            writes.line("another, EVENTUAL", other.newSession(), CallOptions.EVENTUAL, false, time),
                            writes.line(
                                    "another, MONOTONIC_READS",
                                    other.newSession(),
                                    CallOptions.MONOTONIC_READS,
                                    false,
                                    time),
                            writes.line(
                                    "another, maxLag(100 ms)",
                                    other.newSession(),
                                    CallOptions.maxLag(Duration.ofMillis(100)),
                                    false,
                                    time),
                            writes.line(
                                    "another, maxLag(10 ms)",
                                    other.newSession(),
                                    CallOptions.maxLag(Duration.ofMillis(10)),
                                    false,
                                    time),
                            writes.line("another, MASTER", other.newSession(), CallOptions.MASTER, false, time));
                    lines.forEach(each -> report.faultLine(title(), each));
                }
            }
        }

        @Override
        String head() {
            return """
                    | reader, level | reads | of them by replicas | without the write | proven staleness p50 / p99 | really behind p50 / p99 / most |
                    | --- | --: | --: | --: | --: | --: |""";
        }
    };

    private static final int STUTTERS = 6;
    private static final Duration WATCH = Duration.ofSeconds(30);

    private final String title;

    FaultRow(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** The head of its table. */
    String head() {
        return """
                | round | client | acknowledged | lost | of these acknowledged after the fault began | longest time without a write | first write after the promotion | write errors | longest time without a read | read errors |
                | --- | --- | --: | --: | --: | --: | --: | --- | --: | --- |""";
    }

    abstract void run(Report report, int round, Predicate<String> wanted) throws InterruptedException;

    /** Writers and readers of all clients go on through a fault, which gives the instant of the promotion. */
    void through(Report report, int round, Predicate<String> wanted, Fault fault) {
        try (ClusterUnderTest cluster = ClusterUnderTest.ofProcesses(2, 3, Duration.ofMillis(500))) {
            List<Subject> subjects = chosen(
                    wanted,
                    () -> FairleadSubject.of(cluster),
                    () -> new LettuceSubject(cluster),
                    () -> new JedisSubject(cluster),
                    () -> new RedissonSubject(cluster));
            warmUp(subjects);
            List<Writer> writers = subjects.stream().map(Writer::new).toList();
            List<Reader> readers = subjects.stream().map(Reader::new).toList();
            writers.forEach(Thread::start);
            readers.forEach(Thread::start);
            pause(Duration.ofSeconds(1));
            long begun = System.nanoTime();
            long promoted = fault.strike(cluster);
            pause(Duration.ofSeconds(6)); // Lettuce is known to need five to follow.
            writers.forEach(Writer::finish);
            readers.forEach(Reader::finish);
            try (RedisClient witness = cluster.master().connect()) {
                for (int i = 0; i < writers.size(); i++) {
                    Writer writer = writers.get(i);
                    Reader reader = readers.get(i);
                    Writer.Account account = writer.account(witness, begun, promoted);
                    report.faultLine(title, String.format(
                            Locale.ROOT,
                            "| %d | %s | %,d | %,d | %,d | %,d ms | %s | %s | %,d ms | %s |",
                            round + 1,
                            writer.subject.name(),
                            account.acknowledged(),
                            account.lost(),
                            account.lostSince(),
                            account.longestPauseMillis(),
                            this == FAILOVER ? "" : account.sincePromotionMillis() + " ms",
                            account.errors(),
                            reader.longestMillis(),
                            reader.errors()));
                }
            }
            subjects.forEach(Subject::close);
        }
    }

    /** When one of these first says that it is the master. */
    private static CompletableFuture<Long> promotion(List<TestNode> replicas) {
        return CompletableFuture.supplyAsync(() -> {
            long end = System.nanoTime() + WATCH.toNanos();
            while (System.nanoTime() - end < 0) {
                for (TestNode replica : replicas) {
                    // A new connection each time: whoever is promoted has its clients' connections cut.
                    try (RedisClient witness = replica.connect()) {
                        if ("master".equals(witness.info("replication").get("role"))) {
                            return System.nanoTime();
                        }
                    } catch (UncheckedIOException e) {
                        // Cut in the middle of it; asked again.
                    }
                }
                pause(Duration.ofMillis(2));
            }
            throw new IllegalStateException("Nobody was promoted within " + WATCH + ".");
        });
    }

    private static void warmUp(List<Subject> subjects) {
        for (Subject subject : subjects) {
            for (int i = 0; i < 2000; i++) {
                subject.append("warm-up", "1");
                subject.get("anything");
            }
        }
    }

    @SafeVarargs
    private static List<Subject> chosen(
            Predicate<String> wanted, Supplier<Subject>... makers) {
        List<Subject> subjects = new ArrayList<>();
        for (var maker : makers) {
            Subject subject = maker.get();
            if (wanted.test(subject.name().split(",")[0])) {
                subjects.add(subject);
            } else {
                subject.close();
            }
        }
        return subjects;
    }

    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    interface Fault {
        long strike(ClusterUnderTest cluster);
    }
}
