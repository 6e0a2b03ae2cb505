package dev.fairlead.it.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once on each kind of cluster, on a fresh one of this shape, handed in as a {@link ClusterUnderTest}
 * parameter. Where a kind cannot run, its turn is reported as skipped, with the reason.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ClusterMatrix.class)
public @interface ClusterTest {
    int replicas() default 2;

    int sentinels() default 0;

    /** Lines of redis.conf for every node. */
    String[] directives() default {};

    /** The oldest redis-server that it can run on, as {@code 7.0}; older ones skip it. */
    String redis() default "6.2";

    /** The kinds to run on; all unless a reason stands beside it. */
    ClusterKind[] on() default {ClusterKind.BUNDLED, ClusterKind.PROCESSES, ClusterKind.CONTAINERS};
}
