package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.command.CommandSpec;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** HELP names what the server can do: all of it, and nothing else. */
class HelpTest {
    private final TestServer server = new TestServer();
    private final TestServer.Client client = server.client();

    /** The first words of the lines that are not indented. */
    private Set<String> named(String command) {
        Set<String> words = new TreeSet<>();
        Reply reply = Reply.parse(client.call(command, "help"));
        assertThat(reply.parts().get(0).text()).startsWith(command.toUpperCase(Locale.ROOT) + " <subcommand>");
        reply.parts().stream()
                .skip(1)
                .map(Reply::text)
                .filter(line -> !line.startsWith(" ") && !line.startsWith("("))
                .forEach(line -> words.add(line.split(" ")[0].toLowerCase(Locale.ROOT)));
        return words;
    }

    @Test
    void theHelpOfEachContainerNamesItsSubcommandsAndNoOthers() {
        int containers = 0;
        CommandRegistry registry = server.executor.registry();
        for (CommandSpec spec : registry.table().all()) {
            if (spec.isContainer() && registry.supports(spec)) {
                Set<String> supported = new TreeSet<>();
                spec.subcommands().stream()
                        .filter(registry::supports)
                        .forEach(sub ->
                                supported.add(sub.name().substring(sub.name().indexOf('|') + 1)));
                assertThat(named(spec.name())).as(spec.name()).isEqualTo(supported);
                containers++;
            }
        }
        assertThat(containers).isGreaterThanOrEqualTo(9);
    }

    @Test
    void whatTheHelpOfDebugNamesIsThere() {
        assertThat(named("debug")).contains("digest", "digest-value", "object", "sleep");
        for (String name : named("debug")) {
            String alone = client.line("debug " + name);
            String withOne = client.line("debug " + name + " 0");
            assertThat(alone.startsWith("-ERR unknown subcommand") && withOne.startsWith("-ERR unknown subcommand"))
                    .as(name)
                    .isFalse();
        }
        assertThat(client.line("debug nonsense")).startsWith("-ERR unknown subcommand");
    }
}
