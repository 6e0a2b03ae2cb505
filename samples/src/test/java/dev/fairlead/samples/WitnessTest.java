package dev.fairlead.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WitnessTest {
    private final Witness witness = new Witness(Long.MAX_VALUE - 10);

    @Test
    void aReadThatMissesWhatWasAcknowledgedBeforeItsBoundIsTooOld() {
        long start = Long.MAX_VALUE - 5;
        witness.acknowledged(1, start);
        witness.acknowledged(2, start + 100);

        assertThat(witness.tooOld("1", start + 300, 250)).isFalse();
        assertThat(witness.tooOld("1", start + 300, 199)).isTrue();
        assertThat(witness.tooOld("2", start + 300, 0)).isFalse();
        assertThat(witness.tooOld(null, start + 300, 250)).isTrue();
    }

    @Test
    void nothingMustBeSeenBeforeAnythingWasAcknowledged() {
        assertThat(witness.tooOld(null, Long.MAX_VALUE, 0)).isFalse();
    }
}
