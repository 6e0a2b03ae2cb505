package dev.fairlead.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RespFramerTest {
    private static final RespLimits SMALL = new RespLimits(100, 10, 1000, 3, 50);

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text.replace("~", "\r\n"), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$101~ | a string of 101 bytes was announced; the bound is 100 bytes",
                "*11~ | (array) of 11 elements was announced; the bound is 10 elements",
                "%6~ | (map) of 12 elements was announced; the bound is 10 elements",
                "%4611686018427387904~ | the bound is 10 elements",
                "*1~*1~*1~*1~ | nested deeper than 3, which is the bound",
                "+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | a line of more than 50 bytes came",
                "HTTP/1.1 400 | not the Redis protocol: 'HTTP/1.1 400' came where a value begins",
                "$-2~ | a bulk of length -2 was announced",
                "$-0~ | a bulk of length 0 was announced",
                "%-1~ | a map of length -1 was announced",
                "$9999999999999999999999~ | '9999999999999999999999' came where a number belongs",
                ":12a~ | '12a' came where a number belongs",
                "*?~ | '?' came where a number belongs",
                "$3~abcd~ | does not end in CR LF where its length says",
                "#x~ | not the Redis protocol: '#x'",
                "_x~ | not the Redis protocol: '_x'",
            })
    void whatIsMalformedOrTooLargeIsRefusedByName(String text, String message) {
        assertThatThrownBy(() -> new RespFramer(SMALL).next(bytes(text)))
                .isInstanceOf(RespException.class)
                .hasMessageContaining(message);
    }

    @Test
    void manySmallValuesExceedTheBoundOnTheWhole() {
        StringBuilder text = new StringBuilder("*10~");
        for (int i = 0; i < 10; i++) {
            text.append("*10~").append("+aaaaaaaaaa~".repeat(10));
        }
        assertThatThrownBy(() -> new RespFramer(SMALL).next(bytes(text.toString())))
                .hasMessageContaining("the bound on a whole value is 1000 bytes");
    }

    @Test
    void nullsAndEmptyAggregatesAreWholeValues() {
        for (String text : new String[] {"$-1\r\n", "*-1\r\n", "_\r\n", "*0\r\n", "%0\r\n", "~0\r\n", "$0\r\n\r\n"}) {
            ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
            assertThat(new RespFramer(SMALL).next(in)).as(text).isEqualTo(in.readableBytes());
        }
    }

    @Test
    void attributesBelongToTheValueBehindThem() {
        ByteBuf in = bytes("|1~+ttl~:3600~*2~|1~+a~+b~:1~:2~+next~");
        int length = new RespFramer(SMALL).next(in);
        assertThat(length).isEqualTo(in.readableBytes() - "+next\r\n".length());
        assertThat(new RespReader().reset(in, length).readReply())
                .isEqualTo(Reply.array(new Reply.Int(1), new Reply.Int(2)));
    }

    /** Counts the bytes that were searched for a line's end. */
    private static final class CountingBuffer extends UnpooledHeapByteBuf {
        long looked;

        CountingBuffer() {
            super(UnpooledByteBufAllocator.DEFAULT, 64 << 10, 64 << 10);
        }

        @Override
        public int indexOf(int from, int to, byte value) {
            int found = super.indexOf(from, to, value);
            looked += (found < 0 ? to : found + 1) - from;
            return found;
        }
    }

    @Test
    void aValueInAThousandPiecesIsLookedAtOnce() {
        CountingBuffer in = new CountingBuffer();
        RespFramer framer = new RespFramer(RespLimits.DEFAULT);
        byte[] whole = ("*1000\r\n" + ("+" + "a".repeat(40) + "\r\n").repeat(1000)).getBytes(StandardCharsets.UTF_8);
        int length = RespFramer.INCOMPLETE;
        for (int i = 0; i < whole.length; i += 7) {
            in.writeBytes(whole, i, Math.min(7, whole.length - i));
            length = framer.next(in);
        }
        assertThat(length).isEqualTo(whole.length);
        assertThat(in.looked).isLessThanOrEqualTo(whole.length);
    }
}
