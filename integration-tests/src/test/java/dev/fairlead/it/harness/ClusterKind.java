package dev.fairlead.it.harness;

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
            return new AssembledCluster(new ProcessGround(), shape);
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
            return new AssembledCluster(ContainerGround.lay(), shape);
        }
    };

    /** Why this kind cannot run here; empty when it can. */
    abstract Optional<String> unavailable();

    abstract ClusterUnderTest start(ClusterTest shape);
}
