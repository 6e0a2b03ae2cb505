package dev.fairlead.driver.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbePaceTest {
    private final ProbePace pace = new ProbePace(ms(1000));

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void withoutBoundsItIsIdle() {
        assertThat(pace.periodNanos(0)).isEqualTo(ms(1000));
    }

    @Test
    void theTightestBoundInUseIsProbedFourTimes() {
        pace.boundInUse(ms(200), 0);
        pace.boundInUse(ms(100), 0);
        pace.boundInUse(ms(5000), 0);

        assertThat(pace.periodNanos(ms(1))).isEqualTo(ms(25));
    }

    @Test
    void noBoundIsProbedFasterThanEveryFiveMilliseconds() {
        pace.boundInUse(ms(10), 0);

        assertThat(pace.periodNanos(0)).isEqualTo(ms(5));
    }

    @Test
    void aLooseBoundIsNotProbedMoreSlowlyThanIdle() {
        pace.boundInUse(ms(60_000), 0);

        assertThat(pace.periodNanos(0)).isEqualTo(ms(1000));
    }

    @Test
    void aBoundThatNobodyAsksForAnyMoreIsForgotten() {
        pace.boundInUse(ms(20), 0);
        pace.boundInUse(ms(20), ms(1500));
        assertThat(pace.periodNanos(ms(3000))).as("still in use 1.5 s ago").isEqualTo(ms(5));

        assertThat(pace.periodNanos(ms(4000))).isEqualTo(ms(1000));
        pace.boundInUse(ms(400), ms(4000));
        assertThat(pace.periodNanos(ms(4000))).isEqualTo(ms(100));
    }

    @Test
    void aLongOutageIsProbedMoreAndMoreSlowly() {
        assertThat(pace.heldNanos(ms(100), 0)).isEqualTo(ms(5));
        assertThat(pace.heldNanos(ms(6400), 0)).isEqualTo(ms(100));
        assertThat(pace.heldNanos(ms(3_600_000), 0)).isEqualTo(ms(1000));

        pace.boundInUse(ms(200), 0);
        assertThat(pace.heldNanos(ms(3_600_000), 0)).as("reads still need it").isEqualTo(ms(50));
    }
}
