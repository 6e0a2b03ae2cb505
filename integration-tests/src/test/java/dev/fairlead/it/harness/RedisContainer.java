package dev.fairlead.it.harness;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;

/**
 * A redis-server or Sentinel in a container with an address of its own, which this machine reaches directly (an engine on
 * the same Linux). The image is made here, of the binary on the path and the libraries it names: nothing is pulled.
 */
public final class RedisContainer implements TestNode {
    private static final int PORT = 6379;
    private static final String CONFIG = "/data/redis.conf";
    private static final Pattern LIBRARY = Pattern.compile("(?m)(?:=> )?(/\\S+) \\(0x");

    private final GenericContainer<?> container;
    private final String host;

    @SuppressWarnings("resource") // Closed by close(), and by Testcontainers when the JVM ends.
    RedisContainer(Network network, String host, List<String> config, String... flags) {
        this.host = host;
        String[] command = Stream.concat(Stream.of("/bin/redis-server", CONFIG), Stream.of(flags))
                .toArray(String[]::new);
        container = new GenericContainer<>(Image.NAME)
                .withImagePullPolicy(name -> false)
                .withNetwork(network)
                .withCreateContainerCmdModifier(create -> create.withIpv4Address(host))
                .withCopyToContainer(Transferable.of(String.join("\n", config) + "\n"), CONFIG)
                .withCommand(command);
        container.start();
        RedisProcess.awaitAnswer(this, container::isRunning, container::getLogs);
    }

    /** Why container tests cannot run here; empty when they can. */
    public static Optional<String> unavailable() {
        return Engine.UNAVAILABLE;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public void pause() {
        docker().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        docker().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void kill() {
        docker().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void restart() {
        docker().startContainerCmd(container.getContainerId()).exec();
        RedisProcess.awaitAnswer(this, container::isRunning, container::getLogs);
    }

    @Override
    public void close() {
        container.stop();
    }

    @Override
    public String toString() {
        return address();
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }

    private static final class Engine {
        static final Optional<String> UNAVAILABLE = ask();

        private static Optional<String> ask() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return Optional.of(
                        "needs Docker on Linux: elsewhere containers cannot be reached by their own addresses");
            }
            return DockerClientFactory.instance().isDockerAvailable()
                    ? Optional.empty()
                    : Optional.of("needs a Docker engine: none answers (start one with 'dockerd &')");
        }
    }

    /** The image, made once per version of the binary and found again by its tag. */
    private static final class Image {
        private static final long IMAGE_SECONDS = 60;
        static final String NAME = make();

        private static String make() {
            RedisBinary binary = RedisBinary.find();
            String name = "fairlead-it/redis:" + binary.version();
            try {
                docker().inspectImageCmd(name).exec();
                return name;
            } catch (NotFoundException e) {
                // Not made yet on this engine: the usual case.
            }
            try {
                Path root = Files.createTempDirectory("fairlead-image-");
                copy(binary.path(), root.resolve("bin/redis-server"));
                Matcher library = LIBRARY.matcher(output("ldd", binary.path().toString()));
                while (library.find()) {
                    copy(
                            Path.of(library.group(1)),
                            root.resolve(library.group(1).substring(1)));
                }
                Files.createDirectories(root.resolve("data"));
                Files.writeString(root.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
                Path tar = Files.createTempFile("fairlead-image-", ".tar");
                output("tar", "-C", root.toString(), "-cf", tar.toString(), ".");
                try (InputStream context = Files.newInputStream(tar)) {
                    docker().buildImageCmd(context)
                            .withTags(Set.of(name))
                            .exec(new BuildImageResultCallback())
                            .awaitImageId(IMAGE_SECONDS, TimeUnit.SECONDS);
                }
                output("rm", "-r", root.toString(), tar.toString());
                return name;
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot make an image of " + binary.path(), e);
            }
        }

        private static void copy(Path from, Path to) throws IOException {
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }

        private static String output(String... command) throws IOException {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
