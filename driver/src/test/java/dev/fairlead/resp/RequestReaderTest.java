package dev.fairlead.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {
    private final RequestReader reader = new RequestReader(RespLimits.DEFAULT);

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text.replace("~", "\r\n"), StandardCharsets.ISO_8859_1);
    }

    private static List<String> texts(byte[][] argv) {
        return Arrays.stream(argv)
                .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** The texts are those of redis-server 7.0. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*x~ | Protocol error: invalid multibulk length",
                "*+1~ | Protocol error: invalid multibulk length",
                "*01~ | Protocol error: invalid multibulk length",
                "*1~$04~ | Protocol error: invalid bulk length",
                "*99999999999~ | Protocol error: invalid multibulk length",
                "*1~:1~ | Protocol error: expected '$', got ':'",
                "*1~$x~ | Protocol error: invalid bulk length",
                "*1~$-1~ | Protocol error: invalid bulk length",
                "*1~$99999999999~ | Protocol error: invalid bulk length",
                "GET \"a~ | Protocol error: unbalanced quotes in request",
                "GET 'a'b~ | Protocol error: unbalanced quotes in request",
            })
    void malformedRequestsAreRefusedInRedissWords(String text, String message) {
        assertThatThrownBy(() -> reader.read(bytes(text)))
                .isInstanceOf(RespException.class)
                .hasMessage(message);
    }

    @Test
    void endlessLinesAreRefusedAtTheirBound() {
        String endless = "a".repeat((64 << 10) + 1);
        assertThatThrownBy(() -> reader.read(bytes(endless))).hasMessage("Protocol error: too big inline request");
        assertThatThrownBy(() -> new RequestReader(RespLimits.DEFAULT).read(bytes("*" + endless)))
                .hasMessage("Protocol error: too big mbulk count string");
        assertThatThrownBy(() -> new RequestReader(RespLimits.DEFAULT).read(bytes("*1~$" + endless)))
                .hasMessage("Protocol error: too big bulk count string");
    }

    @Test
    void strangersMaySendLess() {
        reader.authenticated(false);
        assertThat(texts(reader.read(bytes("*2~$4~AUTH~$1~x~")))).containsExactly("AUTH", "x");
        assertThatThrownBy(() -> reader.read(bytes("*11~")))
                .hasMessage("Protocol error: unauthenticated multibulk length");
        RequestReader other = new RequestReader(RespLimits.DEFAULT);
        other.authenticated(false);
        assertThatThrownBy(() -> other.read(bytes("*1~$16385~")))
                .hasMessage("Protocol error: unauthenticated bulk length");
    }

    @Test
    void linesOfWordsAreRequestsToo() {
        ByteBuf in = bytes("PING~  SET  k \"a \\x41\\n\\\"b\" 'c\\'d \\n'\nGET k~");
        assertThat(texts(reader.read(in))).containsExactly("PING");
        assertThat(texts(reader.read(in))).containsExactly("SET", "k", "a A\n\"b", "c'd \\n");
        assertThat(texts(reader.read(in))).containsExactly("GET", "k");
        assertThat(reader.read(in)).isNull();
    }

    @Test
    void emptyLinesAndEmptyArraysArePassedOverAndCounted() {
        ByteBuf in = bytes("\n~*0~*-1~*1~$4~PING~");
        int length = in.readableBytes();
        assertThat(texts(reader.read(in))).containsExactly("PING");
        assertThat(reader.consumedBytes()).isEqualTo(length);
    }

    @Test
    void aHugeAnnouncementIsGivenNoMemoryAheadOfItsBytes() {
        // 500 MB and a million arguments were announced; three bytes came. The test's heap would not hold many of
        // these.
        for (int i = 0; i < 50; i++) {
            assertThat(new RequestReader(RespLimits.DEFAULT).read(bytes("*1000000~$500000000~abc")))
                    .isNull();
        }
    }
}
