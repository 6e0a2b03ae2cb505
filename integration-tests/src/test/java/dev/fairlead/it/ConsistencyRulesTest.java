package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.topology.Reducers;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on consistency names tests that exist, for each rule that it lists and each that can be switched off. */
class ConsistencyRulesTest {
    private static final Pattern ROW = Pattern.compile("^\\| ([1-9]|all|lost) \\|(.*)\\|(.*)\\|(.*)\\|$");
    private static final Pattern SWITCH = Pattern.compile("`([A-Z_]+)`");

    @Test
    void eachRuleIsShownByTestsThatExist() throws IOException {
        List<MatchResult> rows = NamedTests.rows("docs/consistency.md", ROW);
        assertThat(rows)
                .extracting(row -> row.group(1))
                .contains("all", "1", "2", "3", "4", "5", "6", "7", "8", "9", "lost");

        NamedTests tests = new NamedTests();
        Set<String> missing = new TreeSet<>();
        Set<String> switches = new TreeSet<>();
        for (MatchResult row : rows) {
            assertThat(NamedTests.in(row.group(4)))
                    .as("tests of the rule: %s", row.group(2))
                    .isNotEmpty();
            missing.addAll(tests.missing(row.group(4)));
            SWITCH.matcher(row.group(3)).results().forEach(each -> switches.add(each.group(1)));
        }
        assertThat(missing).as("named in docs/consistency.md, and not there").isEmpty();
        assertThat(switches).containsExactlyInAnyOrderElementsOf(Reducers.rules());
    }
}
