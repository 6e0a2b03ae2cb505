package dev.fairlead.driver.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.driver.internal.discovery.ProbeBoard.Said;
import dev.fairlead.topology.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbeBoardTest {
    private static final Endpoint NODE = new Endpoint("10.0.0.1", 6379);

    private final ProbeBoard board = new ProbeBoard();
    /** Delays with which somebody was told to ask. */
    private final List<Long> asked = new ArrayList<>();

    private final List<CompletableFuture<Said>> questions = new ArrayList<>();

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private CompletableFuture<Said> ask(String process, long notBeforeMillis, long nowMillis) {
        return board.ask(NODE, process, ms(notBeforeMillis), ms(nowMillis), (delay, question) -> {
            asked.add(TimeUnit.NANOSECONDS.toMillis(delay));
            questions.add(question);
        });
    }

    private Said answer(String process, int number, long sentMillis) {
        Said said = new Said(ms(sentMillis), ms(sentMillis + 1), "role:master");
        board.sent(NODE, process, questions.get(number), said.sentNanos());
        questions.get(number).complete(said);
        return said;
    }

    @Test
    void oneAsksForAllWhoWantToKnowMeanwhile() {
        CompletableFuture<Said> one = ask("p", 90, 100);
        CompletableFuture<Said> other = ask("p", 92, 101);
        Said said = answer("p", 0, 102);

        assertThat(List.of(one, other)).allSatisfy(each -> assertThat(each).isCompletedWithValue(said));
        assertThat(ask("p", 102, 110)).as("asked for early enough").isCompletedWithValue(said);
        assertThat(asked).hasSize(1);
    }

    @Test
    void anAnswerIsNotForThoseWhoWantALaterOne() {
        ask("p", 90, 100);
        answer("p", 0, 100);
        assertThat(ask("p", 101, 102)).isNotDone();
        assertThat(asked).as("5 ms after the question before").containsExactly(0L, 3L);
    }

    @Test
    void aQuestionThatHasLeftTooEarlyIsNotWaitedFor() {
        ask("p", 90, 100);
        board.sent(NODE, "p", questions.get(0), ms(100));
        CompletableFuture<Said> later = ask("p", 101, 101);
        answer("p", 0, 100);
        assertThat(later).isNotDone();
        Said said = answer("p", 1, 105);
        assertThat(later).isCompletedWithValue(said);
    }

    @Test
    void anAnswerOfAnotherProcessAtTheSameAddressSaysNothing() {
        ask("p", 90, 100);
        answer("p", 0, 100);
        assertThat(ask("restarted", 90, 101)).isNotDone();
    }

    @Test
    void whoeverDoesNotAskInTimeIsReplaced() {
        CompletableFuture<Said> first = ask("p", 90, 100);
        CompletableFuture<Said> second = ask("p", 90, 201);
        assertThat(asked).hasSize(2);
        Said said = answer("p", 1, 202);
        assertThat(second).isCompletedWithValue(said);
        assertThat(first).isNotDone();
    }

    @Test
    void aFailedQuestionIsAskedAnewByTheNext() {
        ask("p", 90, 100);
        questions.get(0).completeExceptionally(new IllegalStateException("the link broke"));
        ask("p", 90, 101);
        assertThat(asked).hasSize(2);
    }

    @Test
    void processesThatNobodyAsksAboutAreForgotten() {
        ask("p", 90, 100);
        answer("p", 0, 100);
        for (int i = 0; i < ProbeBoard.MAX_PROCESSES; i++) {
            ask("other " + i, 90, 100);
        }
        assertThat(ask("p", 90, 100)).isNotDone();
    }
}
