package dev.fairlead.topology;

import static dev.fairlead.topology.Scene.R1;
import static dev.fairlead.topology.Scene.R2;
import static dev.fairlead.topology.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class ConsistencyTokenTest {
    private static ConsistencyToken token(ReplicationId id, long offset) {
        return new ConsistencyToken(List.of(new ReplicationPosition(id, offset)));
    }

    @Property
    void whatIsPrintedIsReadAgain(@ForAll @LongRange(min = 0) long one, @ForAll @LongRange(min = 0) long other) {
        ConsistencyToken token = token(R1, one).merge(token(R2, other));
        assertThat(ConsistencyToken.parse(token.toString())).isEqualTo(token);
        assertThat(token.toString()).matches("[A-Za-z0-9._-]{1,90}");
    }

    /** A token that was cut short must not pass for an older one: it would promise less than was asked. */
    @Example
    void aTokenThatWasCutShortOrAlteredIsRefused() {
        String text = token(R1, 123_456).merge(token(R2, 77)).toString();
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> ConsistencyToken.parse(cut))
                    .as(cut)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not a consistency token");
        }
        for (int at = 4; at < text.length() - 1; at++) {
            char other = text.charAt(at) == 'x' ? 'y' : 'x';
            String altered = text.substring(0, at) + other + text.substring(at + 1);
            assertThatThrownBy(() -> ConsistencyToken.parse(altered))
                    .as(altered)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("altered");
        }
    }

    @Example
    void anotherVersionIsNamed() {
        assertThatThrownBy(() -> ConsistencyToken.parse("fl2.AAAA"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its version is 'fl2', and this client reads 'fl1'");
        assertThatThrownBy(() -> ConsistencyToken.parse("Bearer " + "x".repeat(10_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begins with 'fl1.'")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
    }

    @Example
    void tokensOfOneHistoryMergeIntoTheLaterOne() {
        assertThat(token(R1, 5).merge(token(R1, 9)).merge(token(R1, 7))).isEqualTo(token(R1, 9));
        assertThat(token(R1, 5).merge(token(R2, 1)).positions()).hasSize(2);
    }

    @Example
    void moreHistoriesThanATokenHoldsAreRefusedRatherThanDropped() {
        List<ReplicationPosition> many = new ArrayList<>();
        for (char digit : "012345678".toCharArray()) {
            many.add(new ReplicationPosition(id(digit), 1));
        }
        assertThatThrownBy(() -> new ConsistencyToken(many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 8 replication histories, not 9");
    }
}
