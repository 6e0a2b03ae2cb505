package dev.fairlead.topology;

import static dev.fairlead.topology.Sightings.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SightingsTest {
    /** Two instants answer as the full table of every incarnation's last reply would. */
    @Property
    void theLatestReplyOfAnyOtherIncarnationIsKnown(
            @ForAll @Size(max = 40) List<@IntRange(max = 4000) Integer> replies, @ForAll boolean acrossTheWrap) {
        long base = acrossTheWrap ? Long.MAX_VALUE - 500 : 0;
        Sightings seen = Sightings.NONE;
        Map<Long, Long> last = new HashMap<>();
        for (int each : replies) {
            long incarnation = 1 + each % 4;
            long nanos = base + each / 4;
            seen = seen.with(incarnation, nanos);
            last.merge(incarnation, nanos, Sightings::later);
        }
        for (long asked = 1; asked <= 5; asked++) {
            long latest = NEVER;
            for (Map.Entry<Long, Long> each : last.entrySet()) {
                latest = each.getKey() == asked ? latest : Sightings.later(latest, each.getValue());
            }
            assertThat(seen.mustSeeNanos(asked))
                    .as("of %d after %s", asked, replies)
                    .isEqualTo(latest);
        }
    }

    @Example
    void aFailoverMovesWhatWasReadToTheAdoption() {
        Sightings seen = Sightings.NONE.with(1, 100).with(2, 200).adoptedAt(500);
        assertThat(seen.mustSeeNanos(1)).isEqualTo(500);
        assertThat(seen.mustSeeNanos(2)).isEqualTo(500);
        assertThat(Sightings.NONE.with(1, 100).adoptedAt(500).mustSeeNanos(1))
                .as("nothing was read elsewhere")
                .isEqualTo(NEVER);
        assertThat(Sightings.NONE.adoptedAt(500)).isEqualTo(Sightings.NONE);
    }
}
