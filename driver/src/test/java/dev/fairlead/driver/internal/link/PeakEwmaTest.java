package dev.fairlead.driver.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final PeakEwma ewma = new PeakEwma();

    /** Replies of a millisecond, as many as it takes for the figures to count. */
    private void warmUp(long nowNanos) {
        for (int i = 0; i < 8; i++) {
            ewma.observe(MILLI, nowNanos);
        }
    }

    @Test
    void aSlowFirstReplyKeepsNobodyAway() {
        ewma.observe(400 * MILLI, 0);
        ewma.observe(MILLI, 10 * MILLI);
        assertThat(ewma.peakNanos(10 * MILLI)).isEqualTo(MILLI);
        assertThat(ewma.typicalNanos()).isEqualTo(MILLI);
    }

    @Test
    void aNodeThatIsSlowFromTheBeginningIsSeenToBe() {
        for (int i = 0; i < 9; i++) {
            ewma.observe(50 * MILLI, i * 50 * MILLI);
            assertThat(ewma.peakNanos(i * 50 * MILLI)).isEqualTo(50 * MILLI);
        }
    }

    @Test
    void aPeakCountsAtOnceAndIsForgivenInSeconds() {
        warmUp(0);
        ewma.observe(300 * MILLI, 0);
        assertThat(ewma.peakNanos(0)).isEqualTo(300 * MILLI);
        ewma.observe(MILLI, 3 * SECOND);
        assertThat(ewma.peakNanos(3 * SECOND)).isCloseTo(1 * MILLI + 299 * MILLI * Math.exp(-3), within(1.0 * MILLI));
    }

    @Test
    void aPeakFadesWithoutFurtherSamples() {
        warmUp(Long.MAX_VALUE - SECOND);
        ewma.observe(300 * MILLI, Long.MAX_VALUE - SECOND); // The clock may pass its end.
        long later = Long.MAX_VALUE - SECOND + 2 * SECOND;
        assertThat(ewma.peakNanos(later)).isCloseTo(300 * MILLI * Math.exp(-2), within(1.0));
        ewma.observe(MILLI, later);
        assertThat(ewma.peakNanos(later)).as("faded once, not twice").isGreaterThan(40 * MILLI);
    }

    @Test
    void aStallDoesNotMakeTheNextStallLookUsual() {
        for (int i = 0; i < 100; i++) {
            ewma.observe(MILLI, i * MILLI);
        }
        ewma.observe(300 * MILLI, SECOND);
        assertThat(ewma.typicalNanos()).isLessThan(1.2 * MILLI);
    }

    @Test
    void aServerThatStaysSlowIsBelieved() {
        warmUp(0);
        for (int i = 0; i < 40; i++) {
            ewma.observe(10 * MILLI, i * 10 * MILLI);
        }
        assertThat(ewma.typicalNanos()).isGreaterThan(8 * MILLI);
    }

    @Test
    void nothingMeasuredIsZero() {
        assertThat(ewma.peakNanos(SECOND)).isZero();
        assertThat(ewma.typicalNanos()).isZero();
    }
}
