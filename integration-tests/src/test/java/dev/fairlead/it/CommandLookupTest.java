package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.fairlead.command.CommandTable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The lookup stands on the path of every command. Here and not in its module, which does not read the JVM's figures. */
class CommandLookupTest {
    private static final CommandTable TABLE = CommandTable.standard();

    @Test
    void findingARowAllocatesNothing() {
        byte[][][] calls = {call("get k"), call("HGETALL k"), call("Config GET port"), call("NOSUCH")};
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int found = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100_000; i++) {
            found += TABLE.find(calls[i & 3]) == null ? 0 : 1;
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(found).isEqualTo(75_000);
        // One object a call would be 1.6 MB; asking the bean may cost a little.
        assertThat(bytes).isLessThan(16_000);
    }

    private static byte[][] call(String words) {
        return Arrays.stream(words.split(" "))
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
