package dev.fairlead.it.harness;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Network;

/**
 * Containers in a network of their own, each with a fixed address, so that it keeps it over a restart. All nodes have the same
 * port: what is kept by port alone goes wrong here.
 */
final class ContainerGround implements AssembledCluster.Ground {
    /** 10.213.0.0/24 up to 10.213.15.0/24: sixteen networks in use at once are not this test's. */
    private static final int SUBNETS = 16;

    private final Network network;
    private final String prefix;
    private int last = 1;

    private ContainerGround(Network network, String prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /** In the first of its subnets that nothing else uses. */
    static ContainerGround lay() {
        DockerException refused = null;
        for (int i = 0; i < SUBNETS; i++) {
            String prefix = "10.213." + i + ".";
            try {
                return new ContainerGround(create(prefix), prefix);
            } catch (DockerException e) {
                refused = e; // Overlaps with a network that is there already.
            }
        }
        throw refused;
    }

    @Override
    public TestNode server(List<String> directives) {
        List<String> config = new ArrayList<>(
                List.of("port 6379", "protected-mode no", "dir /data", "save \"\"", "repl-diskless-sync-delay 0"));
        String address = nextAddress();
        config.add("replica-announce-ip " + address); // Behind a proxy the master would see this machine's address.
        config.addAll(directives);
        return new RedisContainer(network, address, config);
    }

    @Override
    public TestNode sentinel(TestNode master, int quorum) {
        List<String> config = new ArrayList<>(List.of("port 6379", "protected-mode no", "dir /data"));
        config.addAll(SentinelProcess.watching(master, quorum, ClusterUnderTest.DOWN_AFTER));
        return new RedisContainer(network, nextAddress(), config, "--sentinel");
    }

    @Override
    public String addressOfThisMachine() {
        return prefix + "1";
    }

    @Override
    public void close() {
        network.close();
    }

    @Override
    public String toString() {
        return "containers";
    }

    private String nextAddress() {
        return prefix + ++last;
    }

    private static Network create(String prefix) {
        Network network = Network.builder()
                .createNetworkCmdModifier(create -> create.withIpam(new Ipam()
                        .withConfig(
                                new Ipam.Config().withSubnet(prefix + "0/24").withGateway(prefix + "1"))))
                .build();
        network.getId(); // Networks are made on first use.
        return network;
    }
}
