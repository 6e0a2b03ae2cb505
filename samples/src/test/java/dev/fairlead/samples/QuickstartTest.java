package dev.fairlead.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QuickstartTest {
    @Test
    @Timeout(60)
    void keepsEveryPromiseThroughLagAndFailover() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        boolean kept =
                new Quickstart(new PrintStream(bytes, true, StandardCharsets.UTF_8), Duration.ofSeconds(1)).run();

        String shown = bytes.toString(StandardCharsets.UTF_8);
        assertThat(kept).as(shown).isTrue();
        assertThat(shown)
                .containsPattern("reads kept off the lagging replica +[1-9]")
                .containsPattern("read-your-writes reads answered by a replica +[1-9]")
                .containsPattern("read-your-writes reads answered by the master +[1-9]")
                .containsPattern("other errors +0")
                .containsPattern("the master changed from");
    }

    @Test
    void countsWhatAServerSaysByKind() {
        assertThat(ServerCounters.parse("# Commandstats\r\ncmdstat_get:calls=7,usec=9\r\ncmdstat_set:calls=2,usec=1\r\n"
                        + "cmdstat_config|get:calls=1,usec=1\r\n"))
                .isEqualTo(new ServerCounters(7, 2, 1));
    }
}
