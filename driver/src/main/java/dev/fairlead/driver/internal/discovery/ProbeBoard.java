package dev.fairlead.driver.internal.discovery;

import dev.fairlead.topology.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * What servers answered to the probes of the clients that share this board, so that one of them asks for all. Thread-safe by its own
 * lock, held for a few instructions; questions are sent, and answers taken, outside of it.
 *
 * <p>Guarantees: an answer is given only to those whose own link leads to the process that gave it, was asked no earlier than they want,
 * and counts from the instant at which it was asked. Two questions about one process leave at least {@link ProbePace#FASTEST_NANOS} apart.
 */
public final class ProbeBoard {
    /** So many processes are remembered; when there are more, those asked about longest ago are forgotten. */
    static final int MAX_PROCESSES = 256;

    /** 100 ms: whoever asked for all has lost its link, or its machine is slow; the next one asks. */
    static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** An answer to {@code INFO replication}, and between which instants of this JVM's clock it was given. */
    record Said(long sentNanos, long answeredNanos, String text) {}

    private record Process(Endpoint endpoint, String id) {}

    /** The last answer about a process, and the question that is to be asked or answered. */
    private static final class Line {
        private Said last;
        private CompletableFuture<Said> question;
        private long wantedNanos;
        /** Means nothing while the question has not left. */
        private long sentNanos;

        private boolean isSent;
    }

    private final Map<Process, Line> lines = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Process, Line> eldest) {
            return size() > MAX_PROCESSES;
        }
    };

    public ProbeBoard() {}

    /**
     * What the process says, by a question that left at {@code notBeforeNanos} or later.
     *
     * @param process INFO's line that names it
     * @param asker sends the question after so many nanoseconds, on the caller's own link, tells {@link #sent} when it does, and completes
     *     the future; called here and now, if at all
     */
    CompletableFuture<Said> ask(
            Endpoint endpoint,
            String process,
            long notBeforeNanos,
            long now,
            BiConsumer<Long, CompletableFuture<Said>> asker) {
        CompletableFuture<Said> mine;
        long delay;
        synchronized (lines) {
            Line line = lines.computeIfAbsent(new Process(endpoint, process), key -> new Line());
            if (line.last != null && line.last.sentNanos - notBeforeNanos >= 0) {
                return CompletableFuture.completedFuture(line.last);
            }
            boolean isOpen =
                    line.question != null && !line.question.isDone() && now - line.wantedNanos < PATIENCE_NANOS;
            if (isOpen && (!line.isSent || line.sentNanos - notBeforeNanos >= 0)) {
                return line.question;
            }
            mine = new CompletableFuture<>();
            line.question = mine;
            line.isSent = false;
            line.wantedNanos = now;
            delay = line.last == null ? 0 : Math.max(0, line.last.sentNanos + ProbePace.FASTEST_NANOS - now);
        }
        mine.whenComplete((said, failure) -> {
            if (failure == null) {
                answered(endpoint, process, said);
            }
        });
        asker.accept(delay, mine);
        return mine;
    }

    /** The question leaves at this instant. */
    void sent(Endpoint endpoint, String process, CompletableFuture<Said> question, long sentNanos) {
        synchronized (lines) {
            Line line = lines.get(new Process(endpoint, process));
            if (line != null && line.question == question) {
                line.isSent = true;
                line.sentNanos = sentNanos;
            }
        }
    }

    /** Somebody knows, whoever was asked to ask. */
    void answered(Endpoint endpoint, String process, Said said) {
        synchronized (lines) {
            Line line = lines.computeIfAbsent(new Process(endpoint, process), key -> new Line());
            if (line.last == null || said.sentNanos - line.last.sentNanos > 0) {
                line.last = said;
            }
        }
    }
}
