package dev.fairlead.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandTableTest {
    private static final CommandTable TABLE = CommandTable.standard();

    @Test
    void findsACommandInAnyCase() {
        assertThat(find("GET", "k").name()).isEqualTo("get");
        assertThat(find("get", "k")).isSameAs(find("GeT", "k")).isSameAs(TABLE.get("gEt"));
    }

    @Test
    void findsTheSubcommandOfACall() {
        assertThat(find("CONFIG", "Get", "port").name()).isEqualTo("config|get");
        assertThat(TABLE.get("CONFIG|GET")).isSameAs(find("config", "get", "port"));
        assertThat(find("OBJECT", "ENCODING", "k").access()).isEqualTo(Access.READ);
        assertThat(find("COMMAND").name()).isEqualTo("command");
    }

    @Test
    void takesASubcommandThatItDoesNotKnowForAWriteToUnknownKeys() {
        byte[][] argv = call("OBJECT", "SCRAMBLE", "k");
        CommandSpec row = TABLE.find(argv);
        assertThat(row.name()).isEqualTo("object");
        assertThat(row.isContainer()).isTrue();
        assertThat(row.access(argv)).isEqualTo(Access.WRITE);
        assertThat(row.hasUnknownKeys(argv)).isTrue();
        assertThat(row.retryCategory(argv)).isEqualTo(RetryCategory.ACCUMULATING_WRITE);
    }

    @Test
    void findsNothingForACommandThatItDoesNotKnow() {
        assertThat(find("GETT", "k")).isNull();
        assertThat(find("", "k")).isNull();
        assertThat(find("config|get", "port")).isNull();
        assertThat(TABLE.find(new byte[0][])).isNull();
        assertThat(TABLE.find(new byte[][] {{(byte) 0xC7, 0x45, 0x54}})).isNull();
        assertThat(TABLE.get("get|x")).isNull();
        assertThat(TABLE.get("nosuch|x")).isNull();
    }

    @Test
    void takesAnUnknownCommandForAWriteAnywhereThatMustNotRunTwice() {
        byte[][] argv = call("JSON.GET", "k", "$");
        CommandSpec unknown = TABLE.unknown("JSON.GET");
        assertThat(unknown.name()).isEqualTo("json.get");
        assertThat(unknown.access(argv)).isEqualTo(Access.WRITE);
        assertThat(unknown.retryCategory(argv)).isEqualTo(RetryCategory.ACCUMULATING_WRITE);
        assertThat(unknown.keyPositions(argv)).isEmpty();
        assertThat(unknown.hasUnknownKeys(argv)).isTrue();
        assertThat(unknown.blocks(argv)).isFalse();
    }

    @Test
    void knowsHowManyArgumentsACommandTakes() {
        assertThat(TABLE.get("get").accepts(2)).isTrue();
        assertThat(TABLE.get("get").accepts(3)).isFalse();
        assertThat(TABLE.get("set").accepts(2)).isFalse();
        assertThat(TABLE.get("set").accepts(3)).isTrue();
        assertThat(TABLE.get("set").accepts(7)).isTrue();
        assertThat(TABLE.get("config|get").accepts(2)).isFalse();
    }

    @Test
    void listsEveryRowOnceWithContainersBeforeTheirSubcommands() {
        Set<String> seen = new HashSet<>();
        for (CommandSpec row : TABLE.all()) {
            assertThat(seen.add(row.name())).as(row.name()).isTrue();
            int bar = row.name().indexOf('|');
            assertThat(bar < 0 || seen.contains(row.name().substring(0, bar)))
                    .as(row.name())
                    .isTrue();
            assertThat(TABLE.get(row.name())).isSameAs(row);
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(366).contains("xgroup|create", "sort_ro", "zrangestore");
    }

    @Test
    void everyRowThatWritesSaysWhatASecondRunDoesAndNoReadWrites() {
        for (CommandSpec row : TABLE.all()) {
            if (row.access() == Access.WRITE || row.flags().contains("write")) {
                assertThat(row.access()).as(row.name()).isEqualTo(Access.WRITE);
                assertThat(row.retryCategory()).as(row.name()).isNotEqualTo(RetryCategory.READ);
            }
            if (row.access() == Access.READ) {
                assertThat(row.flags()).as(row.name()).contains("readonly");
                assertThat(row.retryCategory()).as(row.name()).isEqualTo(RetryCategory.READ);
            }
        }
    }

    @Test
    void givesTheRowAsServersDo() {
        CommandSpec mset = TABLE.get("mset");
        assertThat(mset.flags()).containsExactly("write", "denyoom");
        assertThat(mset.categories()).containsExactlyInAnyOrder("write", "string", "slow");
        assertThat(new int[] {mset.firstKey(), mset.lastKey(), mset.keyStep()}).containsExactly(1, -1, 2);
        assertThat(mset.group()).isEqualTo("string");
        assertThat(mset.since()).isEqualTo("1.0.1");
    }

    private static CommandSpec find(String... words) {
        return TABLE.find(call(words));
    }

    static byte[][] call(String... words) {
        byte[][] argv = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            argv[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return argv;
    }
}
