package dev.fairlead.it;

import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.driver.ConnectionFailedException;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.driver.RoutingException;
import dev.fairlead.it.harness.ClusterKind;
import dev.fairlead.it.harness.ClusterTest;
import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.FaultyProxy;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import dev.fairlead.policy.PolicyException;
import dev.fairlead.resp.RespLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong outside the client: each case gets an error that says what and where, and nothing is lost by it. */
class BadInputTest {
    @Test
    void aWrongPasswordIsNamedAsSuchWithTheNodeAndNeverShown() {
        try (RedisProcess redis = RedisProcess.start("requirepass right")) {
            assertThatThrownBy(() -> quick(redis.address()).password("wrong").build())
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining(redis.address())
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("wrong ")
                    .hasMessageNotContaining("'wrong'");
            try (RoutingClient client = quick(redis.address()).password("right").build()) {
                client.execute(set("k", "v"));
            }
        }
    }

    @Test
    void aMissingPasswordIsNamedAsSuch() {
        try (RedisProcess redis = RedisProcess.start("requirepass right")) {
            assertThatThrownBy(() -> quick(redis.address()).build())
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining(redis.address())
                    .hasMessageContaining("NOAUTH");
        }
    }

    @Test
    void aNodeThatIsNotThereIsNamedWithItsAddress() {
        String nobody = "127.0.0.1:" + RedisProcess.freePort();
        assertThatThrownBy(() -> quick(nobody).build())
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining(nobody)
                .hasMessageContaining("refused");
    }

    @Test
    void aHostThatNobodyKnowsIsNamed() {
        assertThatThrownBy(() -> quick("no-such-host.invalid:6379").build())
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void aPortThatIsNotRedisIsNamedAsSuch() throws IOException {
        try (ServerSocket web = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            Thread answers = new Thread(() -> answerAsAWebServer(web), "not-redis");
            answers.setDaemon(true);
            answers.start();
            String address = "127.0.0.1:" + web.getLocalPort();
            assertThatThrownBy(() -> quick(address).build())
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining(address)
                    .hasMessageMatching("(?is).*(RESP|Redis|protocol).*");
        }
    }

    @Test
    void aPortThatNeverAnswersIsGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            long began = System.nanoTime();
            assertThatThrownBy(() -> quick(address).build())
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining(address);
            assertThat(ofMillis((System.nanoTime() - began) / 1_000_000)).isLessThan(ofMillis(5_000));
        }
    }

    @Test
    void aPolicyFileWithATypoIsRefusedWithFileLineColumnAndTheNearestWord(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("routing.yaml"), "version: 1\ndefaults:\n  from: replica-prefered\n");
        assertThatThrownBy(() -> RoutingClient.builder().policies(file))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("routing.yaml:3:9")
                .hasMessageContaining("replica-prefered")
                .hasMessageContaining("did you mean 'replica-preferred'");
    }

    @ClusterTest(
            replicas = 0,
            on = {ClusterKind.BUNDLED, ClusterKind.PROCESSES})
    void aServerThatClosesInMidReplyFailsThatReadAloneAndTheClientGoesOn(ClusterUnderTest cluster) {
        try (FaultyProxy proxy = new FaultyProxy(cluster.master());
                RoutingClient client = quick(proxy.address()).build()) {
            String value = "x".repeat(100_000);
            client.execute(set("k", value));
            proxy.cutAfter(50_000);
            // The connection is gone with half of a reply; the read is sent again or fails, but never answers with half
            // a value.
            try {
                assertThat(client.execute(get("k"))).isEqualTo(value);
            } catch (RoutingException e) {
                assertThat(e).hasMessageContaining("GET");
            }
            assertThat(proxy.cuts()).isEqualTo(1);
            assertThat(client.execute(get("k"))).isEqualTo(value);
        }
    }

    @ClusterTest(
            replicas = 0,
            on = {ClusterKind.BUNDLED, ClusterKind.PROCESSES})
    void aReplyLargerThanTheLimitFailsWithTheLimitAndTheClientGoesOn(ClusterUnderTest cluster) {
        RespLimits limits = RespLimits.DEFAULT.withMaxFrameBytes(64 << 10);
        try (RedisClient witness = cluster.master().connect();
                RoutingClient client =
                        quick(cluster.master().address()).replyLimits(limits).build()) {
            witness.call("SET", "large", "x".repeat(100_000));
            witness.call("SET", "small", "v");
            assertThatThrownBy(() -> client.execute(get("large")))
                    .isInstanceOf(RoutingException.class)
                    .hasStackTraceContaining(Integer.toString(64 << 10));
            assertThat(client.execute(get("small"))).isEqualTo("v");
        }
    }

    private static RoutingClientBuilder quick(String address) {
        return RoutingClient.builder().nodes(address).connectTimeout(ofMillis(1_000));
    }

    private static void answerAsAWebServer(ServerSocket web) {
        while (!web.isClosed()) {
            try (Socket socket = web.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The client hung up, or the test is over.
            }
        }
    }
}
