package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page of complaints names tests that exist, for each of the thirty. */
class ComplaintsTest {
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*\\| (.*) \\|$");

    @Test
    void eachIsShownByTestsThatExistOrIsOpen() throws IOException {
        List<MatchResult> rows = NamedTests.rows("docs/complaints.md", ROW);
        assertThat(rows)
                .extracting(row -> Integer.valueOf(row.group(1)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());

        NamedTests tests = new NamedTests();
        Set<String> missing = new TreeSet<>();
        for (MatchResult row : rows) {
            assertThat(NamedTests.in(row.group(2)).isEmpty())
                    .as("row %s names no test and is not open: %s", row.group(1), row.group(2))
                    .isEqualTo(row.group(2).equals("*Open*"));
            missing.addAll(tests.missing(row.group(2)));
        }
        assertThat(missing).as("named in docs/complaints.md, and not there").isEmpty();
    }
}
