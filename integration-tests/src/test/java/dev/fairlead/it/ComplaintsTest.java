package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of complaints names tests that exist, for each of the thirty. */
class ComplaintsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*\\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

    @Test
    void eachIsShownByTestsThatExistOrIsOpen() throws IOException {
        List<MatchResult> rows = Files.readAllLines(ROOT.resolve("docs/complaints.md")).stream()
                .map(ROW::matcher)
                .filter(each -> each.matches())
                .map(each -> each.toMatchResult())
                .toList();
        assertThat(rows)
                .extracting(row -> Integer.valueOf(row.group(1)))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());

        Map<String, Path> sources = sources();
        Set<String> missing = new TreeSet<>();
        for (MatchResult row : rows) {
            List<MatchResult> tests = TEST.matcher(row.group(2)).results().toList();
            assertThat(tests.isEmpty())
                    .as("row %s names no test and is not open: %s", row.group(1), row.group(2))
                    .isEqualTo(row.group(2).equals("*Open*"));
            for (MatchResult test : tests) {
                Path source = sources.get(test.group(1) + ".java");
                // With the blank ahead and the bracket behind it, a name is a method's declaration and no call.
                if (source == null || !Files.readString(source).contains("void " + test.group(2) + "(")) {
                    missing.add(test.group());
                }
            }
        }
        assertThat(missing).as("named in docs/complaints.md, and not there").isEmpty();
    }

    /** By file name; of one that two modules have, that of the module nearer to the driver's user. */
    private static Map<String, Path> sources() {
        return Stream.of("integration-tests", "driver", "routing-policies", "server")
                .map(module -> ROOT.resolve(module).resolve("src/test/java"))
                .flatMap(ComplaintsTest::testsUnder)
                .collect(Collectors.toMap(
                        each -> each.getFileName().toString(), each -> each, (first, second) -> first));
    }

    private static Stream<Path> testsUnder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(each -> each.toString().endsWith("Test.java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
