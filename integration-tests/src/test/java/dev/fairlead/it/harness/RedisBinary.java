package dev.fairlead.it.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/**
 * The redis-server that the tests run: the one on the path, else the one that the embedded-redis dependency carries
 * (6.2.11). The system property {@code fairlead.it.redis} names another, or {@code embedded} for the carried one. Looked for
 * once per JVM.
 */
public record RedisBinary(Path path, int major, int minor, String version) {
    private static final Pattern VERSION = Pattern.compile("v=((\\d+)\\.(\\d+)\\.\\d+)");

    public static RedisBinary find() {
        return Holder.FOUND;
    }

    List<String> program() {
        return List.of(path.toString());
    }

    public boolean isAtLeast(String wanted) {
        String[] parts = wanted.split("\\.");
        int wantedMajor = Integer.parseInt(parts[0]);
        int wantedMinor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
        return major > wantedMajor || major == wantedMajor && minor >= wantedMinor;
    }

    private static RedisBinary locate() {
        String named = System.getProperty("fairlead.it.redis", "");
        if (named.equals("embedded")) {
            return inspect(carried());
        }
        if (!named.isEmpty()) {
            return inspect(Path.of(named));
        }
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path candidate = Path.of(directory, "redis-server");
            if (Files.isExecutable(candidate)) {
                return inspect(candidate);
            }
        }
        return inspect(carried());
    }

    private static Path carried() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().toPath();
        } catch (IOException e) {
            throw new UncheckedIOException("No redis-server on the path, and none is carried for this system.", e);
        }
    }

    private static RedisBinary inspect(Path path) {
        try {
            Process process = new ProcessBuilder(path.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher matcher = VERSION.matcher(words);
            if (!matcher.find()) {
                throw new IllegalStateException(path + " --version says no version: " + words);
            }
            return new RedisBinary(
                    path, Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)), matcher.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + path, e);
        }
    }

    private static final class Holder {
        static final RedisBinary FOUND = locate();
    }
}
