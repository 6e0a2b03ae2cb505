package dev.fairlead.it.harness;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a cluster under test is made of. */
public enum ClusterKind {
    /** The bundled server's {@code EmbeddedCluster}, in this JVM. */
    BUNDLED {
        @Override
        Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        ClusterUnderTest start(ClusterTest shape) {
            return new BundledCluster(shape);
        }
    },
    /** Real redis-server and Sentinel processes. */
    PROCESSES {
        @Override
        Optional<String> unavailable() {
            return Optional.empty();
        }

        @Override
        ClusterUnderTest start(ClusterTest shape) {
            return new AssembledCluster(
                    new ProcessGround(ClusterUnderTest.DOWN_AFTER),
                    shape.replicas(),
                    shape.sentinels(),
                    List.of(shape.directives()));
        }
    },
    /** The same in containers. */
    CONTAINERS {
        @Override
        Optional<String> unavailable() {
            return RedisContainer.unavailable();
        }

        @Override
        ClusterUnderTest start(ClusterTest shape) {
            return new AssembledCluster(
                    ContainerGround.lay(), shape.replicas(), shape.sentinels(), List.of(shape.directives()));
        }
    };

    /** Kinds to run, for those who look into one; {@code -Dfairlead.it.kinds=bundled,processes}. Default: all. */
    private static final String WANTED = System.getProperty("fairlead.it.kinds", "bundled,processes,containers");

    /** Why this kind does not run here; empty when it does. */
    final Optional<String> notHere() {
        return WANTED.contains(label()) ? unavailable() : Optional.of("not among -Dfairlead.it.kinds=" + WANTED);
    }

    final String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    abstract Optional<String> unavailable();

    abstract ClusterUnderTest start(ClusterTest shape);
}
