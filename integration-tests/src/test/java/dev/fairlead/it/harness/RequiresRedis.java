package dev.fairlead.it.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips, and says what to install, when the redis-server at hand is older than this. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresRedis.Condition.class)
public @interface RequiresRedis {
    /** The least version, as {@code 7.0}. */
    String value();

    /** Compares the version asked for with the one at hand. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getElement(), RequiresRedis.class)
                    .map(wanted -> atLeast(wanted.value()))
                    .orElse(ConditionEvaluationResult.enabled("asks for no redis-server"));
        }

        static ConditionEvaluationResult atLeast(String wanted) {
            RedisBinary found = RedisBinary.find();
            return found.isAtLeast(wanted)
                    ? ConditionEvaluationResult.enabled("redis-server " + found.version())
                    : ConditionEvaluationResult.disabled("needs redis-server " + wanted
                            + " or newer on the path (apt-get install redis-server); found " + found.version() + " at "
                            + found.path());
        }
    }
}
