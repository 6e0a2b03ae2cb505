package dev.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tests that a page of the documentation names as {@code SomeTest#someMethod}, and whether they are there. */
final class NamedTests {
    static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");

    /** By file name; of one that two modules have, that of the module nearer to the driver's user. */
    private final Map<String, Path> sources = Stream.of("integration-tests", "driver", "routing-policies", "server")
            .map(module -> ROOT.resolve(module).resolve("src/test/java"))
            .flatMap(NamedTests::testsUnder)
            .collect(Collectors.toMap(each -> each.getFileName().toString(), each -> each, (first, second) -> first));

    /** The rows of a page's tables that look like this, in their order. */
    static List<MatchResult> rows(String page, Pattern row) throws IOException {
        return Files.readAllLines(ROOT.resolve(page)).stream()
                .map(row::matcher)
                .filter(each -> each.matches())
                .map(each -> each.toMatchResult())
                .toList();
    }

    static List<MatchResult> in(String text) {
        return TEST.matcher(text).results().toList();
    }

    /** Those named in the text that do not exist. */
    List<String> missing(String text) {
        return in(text).stream()
                .filter(each -> !exists(each))
                .map(MatchResult::group)
                .toList();
    }

    private boolean exists(MatchResult test) {
        Path source = sources.get(test.group(1) + ".java");
        try {
            // With the blank ahead and the bracket behind it, a name is a method's declaration and no call.
            return source != null && Files.readString(source).contains("void " + test.group(2) + "(");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> testsUnder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(each -> each.toString().endsWith("Test.java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
