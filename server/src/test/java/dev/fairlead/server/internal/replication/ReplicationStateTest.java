package dev.fairlead.server.internal.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicationStateTest {
    private int ids;

    private final Supplier<String> newIds = () -> String.format("%040x", ++ids);

    private ReplicationState at(String id, long offset, int backlogBytes) {
        ReplicationState state = new ReplicationState(newIds, backlogBytes);
        state.startAt(id, 0);
        write(state, "x".repeat((int) offset));
        return state;
    }

    private static void write(ReplicationState state, String bytes) {
        byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
        state.append(raw, 0, raw.length);
    }

    private static String m() {
        return "a".repeat(40);
    }

    /* The worked example of the class: A was promoted at 100, then wrote 20 bytes; its backlog holds 64 of its 120 bytes. */
    @ParameterizedTest(name = "PSYNC {0} {1} gets {2} bytes")
    @CsvSource({
        "own, 121, 0",
        "own, 120, 1",
        "own, 57, 64",
        "own, 56, full",
        "own, 122, full",
        "own, 0, full",
        "old, 101, 20",
        "old, 57, 64",
        "old, 102, full",
        "old, 121, full",
        "old, 56, full",
        "other, 101, full",
        "none, 1, full",
    })
    void aPromotedReplicaServesItsOldHistoryUpToTheFork(String whose, long asked, String granted) {
        ReplicationState state = at(m(), 100, 64);
        state.promote();
        write(state, "y".repeat(20));
        String id =
                switch (whose) {
                    case "own" -> state.id();
                    case "old" -> m().toUpperCase(java.util.Locale.ROOT); // compared without regard to case
                    case "none" -> ReplicationState.NO_ID;
                    default -> "b".repeat(40);
                };

        String got = state.resume(id, asked)
                .map(bytes -> Integer.toString(bytes.length))
                .orElse("full");

        assertThat(got).isEqualTo(granted);
        assertThat(state.secondOffset()).isEqualTo(101);
        assertThat(state.secondId()).isEqualTo(m());
    }

    @Test
    void theBacklogReplaysTheNewestBytesAcrossItsSeam() {
        ReplicationState state = at(m(), 0, 10);
        write(state, "abcdefgh");
        write(state, "ijklmn");

        assertThat(state.resume(m(), 5))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("efghijklmn"));
        write(state, "0123456789ABCDEFGHIJ"); // more than the ring holds, in one piece
        assertThat(state.resume(m(), 25))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("ABCDEFGHIJ"));
        assertThat(state.backlogFirstOffset()).isEqualTo(25);
        state.resizeBacklog(4);
        assertThat(state.resume(m(), 31))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("GHIJ"));
        assertThat(state.resume(m(), 30)).isEmpty();
    }

    @Test
    void writesBeforeTheFirstReplicaBelongToNoHistory() {
        ReplicationState state = new ReplicationState(newIds, 64);
        String before = state.id();

        state.startBacklog();

        assertThat(state.id()).isNotEqualTo(before);
        assertThat(state.resume(before, 1)).isEmpty();
        assertThat(state.offset()).isZero();
        assertThat(state.backlogFirstOffset()).isEqualTo(1);
    }

    @Test
    void aReplicaThatIsToldANewNameKeepsTheOldOneForItsOwnReplicas() {
        ReplicationState state = at(m(), 90, 64);

        assertThat(state.continueAs("c".repeat(40))).isTrue();

        assertThat(state.resume(m(), 91))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEmpty());
        write(state, "zz");
        assertThat(state.resume("c".repeat(40), 91))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(2));
        assertThat(state.resume(m(), 92)).isEmpty();
        assertThat(state.continueAs(null)).isFalse();
    }

    @Test
    void aMasterThatWasRestartedFromItsFileTakesItsReplicasBack() {
        ReplicationState state = new ReplicationState(newIds, 64);

        state.restore(m(), 500, true);

        assertThat(state.resume(m(), 501))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEmpty());
        assertThat(state.resume(m(), 502)).isEmpty(); // that replica has what the file has not
        assertThat(state.id()).isNotEqualTo(m());
    }

    @Test
    void theRefusalSaysWhatWasAskedAndWhatIsThere() {
        ReplicationState state = at(m(), 100, 64);

        assertThat(state.refusal("b".repeat(40), 5)).contains("mismatch", "b".repeat(40), m());
        assertThat(state.refusal(m(), 5)).contains("5", "37 to 100");
        state.promote();
        assertThat(state.refusal(m(), 105)).contains("second ID was 105", "up to 101");
    }
}
