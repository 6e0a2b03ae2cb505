package dev.fairlead.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespReaderTest {
    private static RespReader over(String text) {
        ByteBuf in = Unpooled.copiedBuffer(text.replace(";", "\r\n"), StandardCharsets.UTF_8);
        int length = new RespFramer(RespLimits.DEFAULT).next(in);
        assertThat(length).as(text).isEqualTo(in.readableBytes());
        return new RespReader().reset(in, length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2;$1;a;$1;1;$1;b;$1;2;", "*4;$1;a;$1;1;$1;b;$1;2;", "|1;+x;+y;%2;+a;:1;+b;,2;"})
    void aMapReadsTheSameInEveryForm(String text) {
        assertThat(over(text).readStringMap()).containsExactly(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(over(text).readReply().asMap().get("b").asDouble()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {",1.5;", "$3;1.5;", "+1.5;"})
    void aDoubleReadsTheSameInEveryForm(String text) {
        assertThat(over(text).readDouble()).isEqualTo(1.5);
        assertThat(over(text).readReply().asDouble()).isEqualTo(1.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$-1;", "*-1;", "_;"})
    void nullReadsTheSameInEveryForm(String text) {
        assertThat(over(text).readString()).isNull();
        assertThat(over(text).readBytes()).isNull();
        assertThat(over(text).readLongOrNull()).isNull();
        assertThat(over(text).readStrings()).isNull();
        assertThat(over(text).readReply().isNull()).isTrue();
        assertThatThrownBy(() -> over(text).readLong()).hasMessage("expected an integer, got a reply of type null");
    }

    @Test
    void textAndNumbersAreReadFromWhatHoldsThem() {
        assertThat(over("=7;txt:abc;").readString()).isEqualTo("abc");
        assertThat(over("(123456789012345678901234567890;").readString()).startsWith("12345678901234567890");
        assertThat(over("$20;-9223372036854775808;").readLong()).isEqualTo(Long.MIN_VALUE);
        assertThat(over("#t;").readLong()).isEqualTo(1);
        assertThat(over(":1;").readBoolean()).isTrue();
        assertThat(over(",-inf;").readDouble()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(over("$5;häs;".replace("5", "4")).readString()).isEqualTo("häs");
        assertThat(over("~2;+a;_;").readStrings()).containsExactly("a", null);
    }

    @Test
    void anotherTypeThanAskedForIsNamedAndTheValueIsNot() {
        assertThatThrownBy(() -> over("$6;secret;").readLong())
                .isInstanceOf(ReplyTypeException.class)
                .hasMessageContaining("expected an integer")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> over("*1;:1;").readString())
                .hasMessage("expected a string, got a reply of type array");
        assertThatThrownBy(() -> over("*3;:1;:2;:3;").readMapHeader()).hasMessageContaining("expected a map");
        assertThatThrownBy(() -> over("-ERR no;").readReply().asLong())
                .hasMessage("expected an integer, got the error: ERR no");
    }

    @Test
    void errorsInsideAReplyStayVisible() {
        Reply exec = over("*2;+OK;-WRONGTYPE not a list;").readReply();
        assertThat(exec.asList().get(1).isError()).isTrue();
        Reply.ServerError error = (Reply.ServerError) exec.asList().get(1);
        assertThat(error.code()).isEqualTo("WRONGTYPE");
        assertThat(error.message()).isEqualTo("not a list");
        assertThat(over("!12;SYNTAX error;").isError()).isTrue();
        assertThat(List.of(exec).toString()).contains("WRONGTYPE not a list");
    }

    @Test
    void whatAnAttributeSaysIsThereAfterTheValueWasReadToo() {
        RespReader reader = over("|2;+x;*1;+fairlead;$5;place;*2;$1;a;:7;|1;:1;:2;+OK;");
        assertThat(reader.readString()).isEqualTo("OK");
        RespReader place = reader.attribute("place");
        assertThat(place.readAggregate()).isEqualTo(2);
        assertThat(place.readString()).isEqualTo("a");
        assertThat(place.readLong()).isEqualTo(7);
        assertThat(place.hasNext()).isFalse();
        assertThat(reader.attribute("fairlead")).as("a name in a value").isNull();
        assertThat(over("*2;$5;place;:7;").attribute("place")).isNull();
    }
}
