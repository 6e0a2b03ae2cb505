package dev.fairlead.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a person sees who asks with redis-cli. */
final class RedisCli {
    private RedisCli() {}

    /** What redis-cli prints; empty when it cannot connect. */
    static String cli(int port, String... words) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", "" + port));
        command.addAll(List.of(words));
        try {
            Process cli = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("\r", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
