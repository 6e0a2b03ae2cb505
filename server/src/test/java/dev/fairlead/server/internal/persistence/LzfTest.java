package dev.fairlead.server.internal.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LzfTest {
    private final Lzf lzf = new Lzf();

    @Property
    void whatIsCompressedComesBack(
            @ForAll long seed,
            @ForAll @IntRange(max = 40_000) int length,
            @ForAll @IntRange(min = 1, max = 40) int letters)
            throws RdbException {
        Random random = new Random(seed);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) random.nextInt(letters);
        }

        byte[] compressed = lzf.compress(text);

        if (compressed != null) {
            assertThat(compressed.length).isLessThan(length);
            assertThat(Lzf.expand(compressed, length)).isEqualTo(text);
        }
    }

    @Example
    void aRunShrinksToAFewBytes() throws RdbException {
        byte[] compressed = lzf.compress(new byte[10_000]);

        assertThat(compressed).hasSizeLessThan(200);
        assertThat(Lzf.expand(compressed, 10_000)).isEqualTo(new byte[10_000]);
    }

    @Property
    void damageIsAnErrorAndNothingElse(@ForAll byte[] noise, @ForAll @IntRange(max = 1000) int length) {
        try {
            assertThat(Lzf.expand(noise, length)).hasSize(length);
        } catch (RdbException e) {
            assertThat(e).hasMessageContaining("compressed string");
        }
    }

    @Example
    void aReferenceBeforeTheStartIsDamage() {
        assertThatThrownBy(() -> Lzf.expand(new byte[] {0, 'a', 32, 5}, 4)).isInstanceOf(RdbException.class);
    }
}
