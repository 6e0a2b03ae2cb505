package dev.fairlead.it.harness;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Gives a {@link ClusterTest} one turn on each kind of cluster, and ends the cluster with the turn. */
final class ClusterMatrix implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        ClusterTest shape = AnnotationSupport.findAnnotation(context.getElement(), ClusterTest.class)
                .orElseThrow();
        return Stream.of(shape.on()).map(kind -> new Turn(kind, shape));
    }

    private record Turn(ClusterKind kind, ClusterTest shape) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int invocationIndex) {
            return kind.label();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new OneCluster(kind, shape));
        }
    }

    private static final class OneCluster implements ExecutionCondition, ParameterResolver, AfterEachCallback {
        private final ClusterKind kind;
        private final ClusterTest shape;
        private ClusterUnderTest cluster;

        OneCluster(ClusterKind kind, ClusterTest shape) {
            this.kind = kind;
            this.shape = shape;
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return kind.notHere()
                    .map(ConditionEvaluationResult::disabled)
                    .orElseGet(() -> kind == ClusterKind.PROCESSES
                            ? RequiresRedis.Condition.atLeast(shape.redis())
                            : ConditionEvaluationResult.enabled("can run here"));
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ClusterUnderTest.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            cluster = kind.start(shape);
            return cluster;
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (cluster == null) {
                return;
            }
            if (context.getExecutionException().isPresent()) {
                System.out.println(context.getDisplayName() + " failed on\n" + cluster.describe());
            }
            cluster.close();
        }
    }
}
