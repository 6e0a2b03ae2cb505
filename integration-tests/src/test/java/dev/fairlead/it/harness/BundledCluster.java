package dev.fairlead.it.harness;

import dev.fairlead.server.EmbeddedCluster;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The bundled server's own cluster, as applications use it in their tests. */
final class BundledCluster implements ClusterUnderTest {
    private final EmbeddedCluster cluster;
    private final List<TestNode> nodes;
    private final List<TestNode> sentinels;

    BundledCluster(ClusterTest shape) {
        EmbeddedCluster.Builder builder = EmbeddedCluster.builder()
                .replicas(shape.replicas())
                .sentinels(shape.sentinels())
                .masterName(MASTER_NAME)
                .downAfter(DOWN_AFTER);
        for (String directive : shape.directives()) {
            int blank = directive.indexOf(' ');
            builder.set(directive.substring(0, blank), directive.substring(blank + 1));
        }
        cluster = builder.start();
        nodes = wrap(cluster.nodes());
        sentinels = wrap(cluster.sentinels());
    }

    @Override
    public List<TestNode> nodes() {
        return nodes;
    }

    @Override
    public List<TestNode> sentinels() {
        return sentinels;
    }

    @Override
    public void delayReplication(TestNode replica, Duration delay) {
        ((Member) replica).member.delayReplication(delay);
    }

    @Override
    public void partition(Set<TestNode> side) {
        Set<EmbeddedCluster.Member> one = new HashSet<>();
        Set<EmbeddedCluster.Member> other = new HashSet<>();
        Stream.concat(nodes.stream(), sentinels.stream())
                .forEach(each -> (side.contains(each) ? one : other).add(((Member) each).member));
        cluster.partition(one, other);
    }

    @Override
    public void heal() {
        cluster.heal();
    }

    @Override
    public void close() {
        cluster.close();
    }

    @Override
    public String toString() {
        return "bundled " + nodes;
    }

    private static List<TestNode> wrap(List<EmbeddedCluster.Member> members) {
        return members.stream().<TestNode>map(Member::new).toList();
    }

    private record Member(EmbeddedCluster.Member member) implements TestNode {
        @Override
        public String host() {
            return member.host();
        }

        @Override
        public int port() {
            return member.port();
        }

        @Override
        public void pause() {
            member.pause();
        }

        @Override
        public void resume() {
            member.resume();
        }

        @Override
        public void kill() {
            member.kill();
        }

        @Override
        public void restart() {
            member.restart();
        }

        @Override
        public void close() {
            // The cluster ends its members.
        }

        @Override
        public String toString() {
            return address();
        }
    }
}
