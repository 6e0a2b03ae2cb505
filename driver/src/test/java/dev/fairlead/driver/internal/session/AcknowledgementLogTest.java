package dev.fairlead.driver.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcknowledgementLogTest {
    private final AcknowledgementLog log = new AcknowledgementLog();

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void countsTheAcknowledgementsFromTheInstantOn() {
        for (int i = 0; i < 100; i++) {
            log.acknowledged(ms(i));
        }
        assertThat(log.leave(ms(90), true)).isEqualTo(10);
    }

    @Test
    void nothingAfterTheInstantIsNothingLostEvenWithinItsMillisecond() {
        log.acknowledged(ms(5) + 100);
        assertThat(log.leave(ms(5) + 101, true)).isZero();
    }

    @Test
    void allOfAHistoryMayBeLostWhenTheInstantIsUnknown() {
        log.acknowledged(ms(1));
        log.acknowledged(ms(2));
        assertThat(log.leave(0, false)).isEqualTo(2);
    }

    @Test
    void whatFellOutOfTheRingCountsForAnInstantBeforeTheClockPassedItsEnd() {
        for (int i = 0; i < 40_000; i++) {
            log.acknowledged(Long.MIN_VALUE + ms(i));
        }
        assertThat(log.leave(Long.MAX_VALUE - ms(5), true)).isEqualTo(40_000);
    }

    @Test
    void aNewHistoryBeginsAtZero() {
        log.acknowledged(ms(1));
        log.leave(0, false);
        assertThat(log.leave(0, false)).isZero();
    }

    @Test
    void whatSurvivedOneFailoverCountsWhenTheNextLosesIt() {
        log.acknowledged(ms(1));
        log.acknowledged(ms(5));
        log.acknowledged(ms(9));
        assertThat(log.leave(ms(8), true)).isEqualTo(1);
        assertThat(log.leave(ms(4), true))
                .as("the fork lies before that of the failover before")
                .isEqualTo(1);
        assertThat(log.leave(ms(0), true)).isEqualTo(1);
    }

    @Test
    void whatFellOutOfTheRingStillCounts() {
        for (int i = 0; i < 40_000; i++) {
            log.acknowledged(ms(i));
        }
        assertThat(log.leave(0, false)).isEqualTo(40_000);
    }

    @Test
    void whatFellOutOfTheRingDoesNotCountForALaterInstant() {
        for (int i = 0; i < 40_000; i++) {
            log.acknowledged(ms(i));
        }
        assertThat(log.leave(ms(39_990), true)).isEqualTo(10);
    }

    @Test
    void tellsWhetherAnythingWasAcknowledgedSince() {
        assertThat(log.anySince(ms(0))).isFalse();
        log.acknowledged(ms(7));
        log.acknowledged(ms(5));
        assertThat(log.anySince(ms(7))).isTrue();
        assertThat(log.anySince(ms(8))).isFalse();
    }
}
