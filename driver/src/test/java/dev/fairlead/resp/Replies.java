package dev.fairlead.resp;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Random reply trees, and what becomes of one that is sent in RESP2. */
final class Replies {
    private Replies() {}

    static Arbitrary<Reply> trees() {
        return trees(4);
    }

    private static Arbitrary<Reply> trees(int depth) {
        if (depth == 0) {
            return leaves();
        }
        Arbitrary<List<Reply>> children =
                Arbitraries.lazy(() -> trees(depth - 1)).list().ofMaxSize(4);
        Arbitrary<Reply> sequences =
                Combinators.combine(Arbitraries.of(Reply.Kind.class), children).as(Reply.Sequence::new);
        Arbitrary<Reply> tables = children.map(list -> new Reply.Table(list.subList(0, list.size() / 2 * 2)));
        return Arbitraries.frequencyOf(Tuple.of(4, leaves()), Tuple.of(2, sequences), Tuple.of(1, tables));
    }

    private static Arbitrary<Reply> leaves() {
        Arbitrary<String> lines = Arbitraries.strings().ofMaxLength(12).filter(text -> text.chars()
                .noneMatch(c -> c == '\r' || c == '\n' || Character.isSurrogate((char) c)));
        return Arbitraries.oneOf(
                lines.map(Reply.Simple::new),
                lines.map(text -> new Reply.ServerError("ERR " + text)),
                Arbitraries.longs().map(Reply.Int::new),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Reply.Bulk::new),
                Arbitraries.just(Reply.NULL),
                Arbitraries.doubles().map(Reply.Decimal::new),
                Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
                        .map(Reply.Decimal::new),
                Arbitraries.of(true, false).map(Reply.Bool::new),
                Arbitraries.bigIntegers().map(Reply.BigNumber::new),
                Arbitraries.just(new Reply.BigNumber(BigInteger.TEN.pow(60).negate())),
                lines.map(text -> new Reply.Verbatim("txt", text)));
    }

    /** The same reply as a client that speaks RESP2 sees it. */
    static Reply inResp2(Reply reply) {
        if (reply instanceof Reply.Decimal || reply instanceof Reply.BigNumber || reply instanceof Reply.Verbatim) {
            return Reply.bulk(reply.asString());
        }
        if (reply instanceof Reply.Bool bool) {
            return new Reply.Int(bool.value() ? 1 : 0);
        }
        if (reply instanceof Reply.Sequence || reply instanceof Reply.Table) {
            List<Reply> elements = new ArrayList<>();
            reply.asList().forEach(element -> elements.add(inResp2(element)));
            return new Reply.Sequence(Reply.Kind.ARRAY, elements);
        }
        return reply;
    }
}
