package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two commands that README promises can be taken from it by a script: one line, in the fenced block under the heading. */
class ReadmeTest {
    @ParameterizedTest
    @ValueSource(strings = {"## Run it", "## Test it"})
    void aHeadingIsFollowedByOneLineThatCanBeRun(String heading) throws IOException {
        List<String> readme = Files.readAllLines(Path.of("..", "README.md"));
        assertThat(readme).containsOnlyOnce(heading);
        List<String> below = readme.subList(readme.indexOf(heading) + 1, readme.size()).stream()
                .filter(line -> !line.isBlank())
                .toList();
        assertThat(below.get(0)).startsWith("```");
        assertThat(below.get(1)).startsWith("mvn ");
        assertThat(below.get(2)).isEqualTo("```");
    }
}
