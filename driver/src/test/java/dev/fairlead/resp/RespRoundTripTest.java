package dev.fairlead.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class RespRoundTripTest {
    @Provide
    Arbitrary<Reply> replies() {
        return Replies.trees();
    }

    private static ByteBuf encode(int protocol, List<Reply> replies) {
        ByteBuf out = Unpooled.buffer();
        RespWriter writer = new RespWriter().protocol(protocol).to(out);
        replies.forEach(writer::reply);
        return out;
    }

    @Property(tries = 500)
    void whatWasWrittenInRandomPiecesReadsTheSame(
            @ForAll("replies") Reply first, @ForAll("replies") Reply second, @ForAll long seed) {
        Random random = new Random(seed);
        for (int protocol : new int[] {2, 3}) {
            RespFramer framer = new RespFramer(RespLimits.DEFAULT);
            ByteBuf bytes = encode(protocol, List.of(first, second));
            ByteBuf arrived = Unpooled.buffer();
            List<Reply> read = new ArrayList<>();
            while (bytes.isReadable()) {
                arrived.writeBytes(bytes, Math.min(bytes.readableBytes(), 1 + random.nextInt(12)));
                for (int length = framer.next(arrived); length >= 0; length = framer.next(arrived)) {
                    RespReader reader = new RespReader().reset(arrived, length);
                    read.add(reader.readReply());
                    assertThat(reader.hasNext()).isFalse();
                    arrived.skipBytes(length);
                }
            }
            assertThat(arrived.isReadable()).isFalse();
            if (protocol == 3) {
                assertThat(read).containsExactly(first, second);
            } else {
                assertThat(read).containsExactly(Replies.inResp2(first), Replies.inResp2(second));
            }
        }
    }

    @Property(tries = 200)
    void everyTruncationWaits(@ForAll("replies") Reply reply) {
        ByteBuf whole = encode(3, List.of(reply));
        for (int length = 0; length < whole.readableBytes(); length++) {
            assertThat(new RespFramer(RespLimits.DEFAULT).next(whole.slice(0, length)))
                    .as("after %d of %d bytes", length, whole.readableBytes())
                    .isEqualTo(RespFramer.INCOMPLETE);
        }
        assertThat(new RespFramer(RespLimits.DEFAULT).next(whole)).isEqualTo(whole.readableBytes());
    }

    @Property(tries = 200)
    void aValueThatIsPassedOverIsPassedOverWhole(@ForAll("replies") Reply first, @ForAll("replies") Reply second) {
        ByteBuf bytes = encode(3, List.of(first, second));
        RespReader reader = new RespReader().reset(bytes, bytes.readableBytes());
        reader.skip();
        assertThat(reader.readReply()).isEqualTo(second);
    }

    @Property(tries = 2000)
    void randomBytesAreRefusedOrWaitedForButNeverHang(
            @ForAll @Size(max = 60) byte[] noise, @ForAll("replies") Reply reply) {
        // Noise alone is refused at its first byte; behind the head of a real value it gets further in.
        RespFramer framer = new RespFramer(RespLimits.DEFAULT);
        ByteBuf bytes = encode(3, List.of(reply));
        bytes.writerIndex(bytes.readableBytes() / 2).writeBytes(noise);
        assertThatCode(() -> {
                    for (int length = framer.next(bytes);
                            length >= 0 && bytes.isReadable();
                            length = framer.next(bytes)) {
                        assertThat(length).isPositive();
                        new RespReader().reset(bytes, length).readReply();
                        bytes.skipBytes(length);
                    }
                })
                .satisfiesAnyOf(thrown -> assertThat(thrown).isNull(), thrown -> assertThat(thrown)
                        .isInstanceOfAny(RespException.class, ReplyTypeException.class));
    }

    @Property(tries = 300)
    void requestsInRandomPiecesAreReadWholeAndCountedToTheByte(
            @ForAll @NotEmpty @Size(max = 5) List<@NotEmpty @Size(max = 6) List<@Size(max = 30) byte[]>> requests,
            @ForAll long seed) {
        Random random = new Random(seed);
        ByteBuf sent = Unpooled.buffer();
        List<Long> ends = new ArrayList<>();
        for (List<byte[]> request : requests) {
            byte[][] argv = request.toArray(new byte[0][]);
            int before = sent.readableBytes();
            RespWriter.request(sent, argv);
            assertThat(RespWriter.request(argv))
                    .isEqualTo(Arrays.copyOfRange(sent.array(), before, sent.writerIndex()));
            ends.add((long) sent.writerIndex());
        }
        RequestReader fresh = new RequestReader(RespLimits.DEFAULT);
        ByteBuf arrived = Unpooled.buffer();
        int next = 0;
        while (sent.isReadable()) {
            arrived.writeBytes(sent, Math.min(sent.readableBytes(), 1 + random.nextInt(9)));
            for (byte[][] argv = fresh.read(arrived); argv != null; argv = fresh.read(arrived)) {
                assertThat(argv).isDeepEqualTo(requests.get(next).toArray(new byte[0][]));
                assertThat(fresh.consumedBytes()).isEqualTo(ends.get(next));
                next++;
            }
        }
        assertThat(next).isEqualTo(requests.size());
    }
}
