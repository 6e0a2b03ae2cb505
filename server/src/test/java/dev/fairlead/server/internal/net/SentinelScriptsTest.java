package dev.fairlead.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fairlead.server.internal.sentinel.SentinelTimings;
import dev.fairlead.server.internal.sentinel.SentinelTimings.Pace;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the programs that a Sentinel runs at its events. */
class SentinelScriptsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path dir;

    private final EventLoop loop = new DefaultEventLoop();
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private SentinelTimings timings = SentinelTimings.STANDARD.with(Pace.SCRIPT_RETRY_DELAY, 1);
    private SentinelScripts scripts;

    private void run(String... command) throws Exception {
        on(() -> {
            if (scripts == null) {
                scripts = new SentinelScripts(
                        loop, dir.toFile(), () -> timings, (name, payload) -> events.add(name + " " + payload));
            }
            scripts.run(List.of(command));
            return null;
        });
    }

    private <T> T on(Callable<T> task) throws Exception {
        return loop.submit(task).get();
    }

    @AfterEach
    void end() throws Exception {
        on(() -> {
            scripts.close();
            return null;
        });
        loop.shutdownGracefully();
    }

    /** A program that notes that it ran, and with what, before it goes on to this. */
    private String script(String then) throws IOException {
        Path file = dir.resolve("script.sh");
        Files.writeString(file, "#!/bin/sh\necho \"$@\" >> ran\n" + then + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    private List<String> ran() throws IOException {
        Path ran = dir.resolve("ran");
        return Files.exists(ran) ? Files.readAllLines(ran) : List.of();
    }

    private void awaitIdle() {
        await().atMost(PATIENCE).until(() -> on(() -> scripts.jobs().isEmpty()));
    }

    @Test
    void oneThatSucceedsRunsOnceInTheDirectoryWithItsArguments() throws Exception {
        run(script("exit 0"), "+sdown", "master mymaster 127.0.0.1 6379");
        awaitIdle();
        assertThat(ran()).containsExactly("+sdown master mymaster 127.0.0.1 6379");
        assertThat(events).isEmpty();
    }

    @Test
    void statusOneMeansAgainAndTenRunsAreTheLimit() throws Exception {
        String script = script("exit 1");
        run(script, "x");
        awaitIdle();
        assertThat(ran()).hasSize(10);
        assertThat(events).containsExactly("-script-error " + script + " 0 1");
    }

    @Test
    void statusTwoIsTheLastWord() throws Exception {
        String script = script("exit 2");
        run(script, "x");
        awaitIdle();
        assertThat(ran()).hasSize(1);
        assertThat(events).containsExactly("-script-error " + script + " 0 2");
    }

    @Test
    void oneThatTakesTooLongIsKilledAndRunAgain() throws Exception {
        timings = timings.with(Pace.SCRIPT_MAX_RUNTIME, 300);
        run(script("[ -e second ] || { touch second; exec sleep 1000; }"), "x");
        awaitIdle();
        assertThat(ran()).hasSize(2);
        assertThat(events).singleElement().asString().startsWith("-script-timeout " + dir.resolve("script.sh") + " ");
    }

    @Test
    void oneThatIsNoProgramIsToldAsAnError() throws Exception {
        run("/nonexistent", "x");
        awaitIdle();
        assertThat(events).containsExactly("-script-error /nonexistent 0 2");
    }

    @Test
    void atMostSixteenRunAndTheOldestOfTooManyThatWaitIsGivenUp() throws Exception {
        String script = script("exec sleep 1000");
        for (int i = 0; i < 300; i++) {
            run(script, "event-" + i);
        }
        await().atMost(PATIENCE).until(() -> on(() -> scripts.running()) == 16);
        List<SentinelScripts.Job> jobs = on(scripts::jobs);
        assertThat(jobs).hasSize(256);
        assertThat(jobs.stream().map(job -> job.command.get(1)))
                .containsAll(IntStream.range(0, 16).mapToObj(i -> "event-" + i).toList())
                .doesNotContain("event-16", "event-59")
                .endsWith("event-299");
    }
}
