package dev.fairlead.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every call, sensible or not. jqwik prints the seed of a run that fails. */
class CommandPropertiesTest {
    private static final CommandTable TABLE = CommandTable.standard();

    /** Words that rules look for, numbers at their edges, and bytes that are no text. */
    private static final List<String> WORDS = List.of(
            "STORE",
            "STOREDIST",
            "BY",
            "GET",
            "LIMIT",
            "STREAMS",
            "BLOCK",
            "COUNT",
            "GROUP",
            "KEYS",
            "AUTH",
            "AUTH2",
            "NX",
            "XX",
            "INCR",
            "REPLACE",
            "DB",
            "IFEQ",
            "SET",
            "INCRBY",
            "OVERFLOW",
            "FIELDS",
            "#!lua flags=no-writes",
            "#!lua flags=",
            "#!",
            "",
            "a",
            "0",
            "1",
            "2",
            "-1",
            "3000000000",
            "9223372036854775808",
            "\u00ff\u0000");

    @Property(tries = 20_000)
    void neverThrowsAndNeverPointsOutsideTheArguments(@ForAll("calls") byte[][] argv) {
        CommandSpec spec = TABLE.find(argv);
        for (int position : spec.keyPositions(argv)) {
            assertThat(position).isBetween(1, argv.length - 1);
        }
        spec.blocks(argv);
        spec.hasUnknownKeys(argv);
        assertThat(spec.targetDatabase(argv)).isGreaterThanOrEqualTo(-1);
    }

    @Property(tries = 20_000)
    void argumentsMakeACallNeverWorseThanItsRow(@ForAll("calls") byte[][] argv) {
        CommandSpec spec = TABLE.find(argv);
        assertThat(spec.retryCategory(argv)).isLessThanOrEqualTo(spec.retryCategory());
        if (spec.access() == Access.READ) {
            assertThat(spec.access(argv)).isEqualTo(Access.READ);
        }
        if (spec.access(argv) == Access.READ) {
            assertThat(spec.retryCategory(argv)).isEqualTo(RetryCategory.READ);
        }
    }

    @Property(tries = 20_000)
    void whatServersCallAWriteIsNeverARead(@ForAll("calls") byte[][] argv) {
        CommandSpec spec = TABLE.find(argv);
        if (spec.flags().contains("write")) {
            assertThat(spec.access(argv)).isEqualTo(Access.WRITE);
        }
    }

    @Provide
    Arbitrary<byte[][]> calls() {
        Arbitrary<String[]> names = Arbitraries.of(
                TABLE.all().stream().map(row -> row.name().split("\\|")).toList());
        Arbitrary<List<String>> rest = Arbitraries.of(WORDS).list().ofMaxSize(10);
        return Combinators.combine(names, rest).as((name, words) -> {
            byte[][] argv = new byte[name.length + words.size()][];
            for (int i = 0; i < argv.length; i++) {
                argv[i] =
                        (i < name.length ? name[i] : words.get(i - name.length)).getBytes(StandardCharsets.ISO_8859_1);
            }
            return argv;
        });
    }
}
