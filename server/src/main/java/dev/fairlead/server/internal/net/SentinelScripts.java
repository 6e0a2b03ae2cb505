package dev.fairlead.server.internal.net;

import dev.fairlead.server.internal.sentinel.SentinelTimings;
import dev.fairlead.server.internal.sentinel.SentinelTimings.Pace;
import io.netty.channel.EventLoop;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs that a Sentinel runs at its events, in the order of the events, a few at a time. One that ends with status 1, or by
 * a signal, is run again later; any other status is its last word. Confined to the Sentinel's event loop.
 */
final class SentinelScripts {
    /** Jobs waiting or running; past it the oldest one that waits is given up. */
    private static final int MOST_JOBS = 256;

    private static final int MOST_RUNNING = 16;
    private static final int MOST_RUNS = 10;
    private static final int AGAIN = 1;
    private static final Logger log = LoggerFactory.getLogger(SentinelServer.class);

    /** A program with its arguments. */
    static final class Job {
        final List<String> command;
        int runs;
        /** Null while it waits. */
        private Process process;

        /** Of the run under way, else of the next one; in milliseconds. */
        private long startsAt;

        private boolean overdue;

        Job(List<String> command, long now) {
            this.command = command;
            this.startsAt = now;
        }

        boolean isRunning() {
            return process != null;
        }

        /** 0 while it waits. */
        long pid() {
            return process == null ? 0 : process.pid();
        }

        /** Milliseconds since its start, or until its next one. */
        long age(long now) {
            return isRunning() ? now - startsAt : Math.max(0, startsAt - now);
        }
    }

    private final EventLoop loop;
    private final File dir;
    private final Supplier<SentinelTimings> timings;
    private final BiConsumer<String, String> event;
    private final List<Job> jobs = new ArrayList<>();
    private boolean closed;

    /**
     * @param dir where the programs run; null for this process's own directory
     * @param event takes the name and the payload of {@code -script-error} and {@code -script-timeout}
     */
    SentinelScripts(EventLoop loop, File dir, Supplier<SentinelTimings> timings, BiConsumer<String, String> event) {
        this.loop = loop;
        this.dir = dir;
        this.timings = timings;
        this.event = event;
    }

    void run(List<String> command) {
        if (closed) {
            return;
        }
        if (jobs.size() >= MOST_JOBS) {
            Job oldest =
                    jobs.stream().filter(job -> !job.isRunning()).findFirst().orElseThrow();
            jobs.remove(oldest);
            log.warn("{} scripts wait already: {} is not run", MOST_JOBS, oldest.command);
        }
        jobs.add(new Job(command, SentinelLinks.nowMillis()));
        loop.execute(this::startNext); // never while the state machine is in the middle of a step
    }

    /** Those that wait or run, oldest first. */
    List<Job> jobs() {
        return List.copyOf(jobs);
    }

    int running() {
        return (int) jobs.stream().filter(Job::isRunning).count();
    }

    private void startNext() {
        long now = SentinelLinks.nowMillis();
        for (Job job : List.copyOf(jobs)) {
            if (closed || running() >= MOST_RUNNING) {
                return;
            }
            if (!job.isRunning() && job.startsAt <= now) {
                start(job, now);
            }
        }
    }

    private void start(Job job, long now) {
        try {
            job.process = new ProcessBuilder(job.command)
                    .directory(dir)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            jobs.remove(job);
            log.warn("{} cannot be run: {}", job.command, e.getMessage());
            event.accept("-script-error", job.command.get(0) + " 0 2");
            return;
        }
        job.startsAt = now;
        job.runs++;
        job.overdue = false;
        Process process = job.process;
        log.debug("+script-child {}", process.pid());
        loop.schedule(
                () -> killIfOverdue(job, process), timings.get().of(Pace.SCRIPT_MAX_RUNTIME), TimeUnit.MILLISECONDS);
        process.onExit().thenRun(() -> {
            if (!loop.isShuttingDown()) {
                loop.execute(() -> ended(job, process.exitValue()));
            }
        });
    }

    private void killIfOverdue(Job job, Process process) {
        if (job.process == process) {
            event.accept("-script-timeout", job.command.get(0) + " " + process.pid());
            job.overdue = true;
            process.destroyForcibly();
        }
    }

    /** A process that a signal ended has a status above 128. */
    private void ended(Job job, int status) {
        log.debug("-script-child {} {}", job.pid(), status);
        job.process = null;
        boolean signalled = job.overdue || status > 128;
        if ((signalled || status == AGAIN) && job.runs < MOST_RUNS) {
            long delay = timings.get().of(Pace.SCRIPT_RETRY_DELAY) << (job.runs - 1);
            job.startsAt = SentinelLinks.nowMillis() + delay;
            loop.schedule(this::startNext, delay, TimeUnit.MILLISECONDS);
        } else {
            jobs.remove(job);
            if (status != 0) {
                event.accept("-script-error", job.command.get(0) + " " + (signalled ? 1 : 0) + " " + status);
            }
        }
        startNext();
    }

    /** Ends what runs. */
    void close() {
        closed = true;
        for (Job job : jobs) {
            if (job.isRunning()) {
                job.process.destroyForcibly();
            }
        }
        jobs.clear();
    }
}
