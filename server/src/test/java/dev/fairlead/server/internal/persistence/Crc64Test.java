package dev.fairlead.server.internal.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Crc64Test {
    @Example
    void agreesWithTheCheckValueOfThePolynomial() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

        assertThat(Crc64.update(0, digits, 0, 9)).isEqualTo(0xe9c6d914c4b8d9caL);
    }

    @Property
    void piecesGiveTheChecksumOfTheWhole(@ForAll byte[] bytes, @ForAll int seed) {
        int cut = bytes.length == 0 ? 0 : Math.floorMod(seed, bytes.length);

        long pieces = Crc64.update(Crc64.update(0, bytes, 0, cut), bytes, cut, bytes.length - cut);

        assertThat(pieces).isEqualTo(Crc64.update(0, bytes, 0, bytes.length));
    }
}
