package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections to a bundled server: of clients, and with real servers as its master and its replica. */
@Timeout(60)
class ServerTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T opened(T thing) {
        open.add(thing);
        return thing;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable thing : open) {
            thing.close();
        }
    }

    private static FairleadServer.Builder encrypted() {
        return FairleadServer.builder()
                .tls(
                        TestCertificates.file("ec.pem"),
                        TestCertificates.file("ec.key"),
                        TestCertificates.file("authority.pem"));
    }

    private Talk talk(FairleadServer server) {
        return opened(new Talk(server.port(), TestCertificates.socket()));
    }

    /** A real server with a plain port for the test, and an encrypted one for its own kind. */
    private RealRedis real(int tlsPort, String... more) {
        List<String> directives = new ArrayList<>();
        for (String line : TestCertificates.directives()) {
            directives.addAll(List.of(("--" + line).split(" ")));
        }
        directives.addAll(List.of("--tls-port", "" + tlsPort));
        directives.addAll(List.of(more));
        return opened(new RealRedis(dir, directives.toArray(String[]::new)));
    }

    private static String cli(int port, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", "" + port));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return said.strip();
    }

    @Test
    @EnabledIf(
            value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
            disabledReason = "needs redis-cli on the path")
    void redisCliTalksToItAsToARealServer() throws Exception {
        FairleadServer server =
                opened(encrypted().set("tls-auth-clients", "yes").start());
        String authority = TestCertificates.file("authority.pem").toString();
        String certificate = TestCertificates.file("rsa.pem").toString();
        String key = TestCertificates.file("rsa.key").toString();
        assertThat(cli(
                        server.port(),
                        "--tls",
                        "--cacert",
                        authority,
                        "--cert",
                        certificate,
                        "--key",
                        key,
                        "SET",
                        "k",
                        "v"))
                .isEqualTo("OK");
        assertThat(cli(server.port(), "--tls", "--cacert", authority, "GET", "k"))
                .as("without the certificate that is asked for")
                .contains("Error");
        assertThat(cli(server.port(), "GET", "k")).as("in plain text").contains("Error");
    }

    @Test
    void oneServerHasAPlainPortAndAnEncryptedOne() throws IOException {
        int tlsPort = GuardedCluster.freePort();
        Path file = dir.resolve("redis.conf");
        List<String> lines = TestCertificates.directives();
        lines.addAll(List.of("tls-port " + tlsPort, "tls-auth-clients no", "tls-protocols TLSv1.2"));
        lines.add("tls-ciphers ECDHE-ECDSA-AES256-GCM-SHA384");
        Files.write(file, lines);
        FairleadServer server = opened(FairleadServer.builder()
                .config(file)
                .port(GuardedCluster.freePort())
                .start());
        assertThat(Talk.ask(server.port(), "SET", "k", "v")).isEqualTo("OK");
        SSLSocket socket = (SSLSocket) TestCertificates.socket();
        Talk talk = opened(new Talk(tlsPort, socket));
        assertThat(talk.call("GET", "k")).isEqualTo("v");
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        assertThat(talk.call("CONFIG", "GET", "tls-port")).isEqualTo("[tls-port, " + tlsPort + "]");
    }

    @Test
    void aFileThatCannotBeUsedStopsTheStartWithFileLineAndReason() throws IOException {
        Path file = dir.resolve("redis.conf");
        String line = "tls-cert-file " + dir.resolve("none.pem");
        Files.write(file, List.of("# encrypted", "port 0", line, "tls-key-file x", "tls-port 1"));
        assertThatThrownBy(() -> FairleadServer.builder().config(file).start())
                .isInstanceOf(ServerStartException.class)
                .hasMessage("Reading the configuration file " + file + ", at line 3\n>>> '" + line
                        + "'\nFailed to load certificate: " + dir.resolve("none.pem") + ": there is no such file");
    }

    @Test
    void configSetReadsCertificatesAnewForNewConnections() throws Exception {
        Path certificate = Files.copy(TestCertificates.file("ec.pem"), dir.resolve("node.pem"));
        Path key = Files.copy(TestCertificates.file("ec.key"), dir.resolve("node.key"));
        FairleadServer server = opened(FairleadServer.builder()
                .tls(certificate, key, TestCertificates.file("authority.pem"))
                .start());
        Talk first = talk(server);
        assertThat(first.call("PING")).isEqualTo("PONG");

        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nMII");
        assertThat(first.call("CONFIG", "SET", "tls-cert-file", certificate.toString()))
                .startsWith(
                        "-ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - Unable to update TLS"
                                + " configuration. Failed to load certificate: " + certificate);
        assertThat(talk(server).call("PING")).as("with the old one").isEqualTo("PONG");

        Files.writeString(certificate, Files.readString(TestCertificates.file("rsa.pem")));
        Files.writeString(key, Files.readString(TestCertificates.file("rsa.key")));
        assertThat(first.call("CONFIG", "SET", "tls-cert-file", certificate.toString()))
                .isEqualTo("OK");
        SSLSocket socket = (SSLSocket) TestCertificates.socket();
        assertThat(opened(new Talk(server.port(), socket)).call("PING")).isEqualTo("PONG");
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=rsa");
        assertThat(first.call("PING")).as("on the connection that was open").isEqualTo("PONG");
    }

    @Test
    void blockedClientsAreServedAndThoseWhoDoNotReadAreClosed() throws Exception {
        FairleadServer server = opened(
                encrypted().set("client-output-buffer-limit", "normal 4mb 0 0").start());
        Talk writer = talk(server);
        Talk waiting = talk(server);
        waiting.send("BLPOP", "list", "0");
        Await.until("it waits", PATIENCE, () -> writer.call("INFO", "clients").contains("blocked_clients:1"));
        writer.call("RPUSH", "list", "x");
        assertThat(waiting.read()).isEqualTo("[list, x]");

        String large = "x".repeat(1 << 20);
        writer.call("SET", "large", large);
        Talk deaf = talk(server);
        deaf.call("CLIENT", "SETNAME", "deaf");
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 64; i++) {
                deaf.send("GET", "large");
            }
        });
        Await.until(
                "it is closed", PATIENCE, () -> !writer.call("CLIENT", "LIST").contains("name=deaf"));
        assertThat(writer.call("GET", "large")).hasSize(1 << 20);
        deaf.close();
        asking.handle((done, closed) -> null).get(20, TimeUnit.SECONDS);
    }

    @Test
    void aServerThatIsKilledEndsItsConnectionsAtOnce() {
        FairleadServer server = encrypted().start();
        Talk talk = talk(server);
        assertThat(talk.call("PING")).isEqualTo("PONG");
        server.kill();
        assertThat(talk.read()).isEqualTo("(closed)");
    }

    @Test
    @EnabledIf(
            value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
            disabledReason = "needs redis-server on the path")
    void aRealMasterABundledReplicaAndARealReplicaOfThatHaveOneHistory() {
        int top = GuardedCluster.freePort();
        RealRedis master = real(top);
        String value = "x".repeat(100_000);
        for (int i = 0; i < 100; i++) {
            Talk.ask(master.port, "SET", "key" + i, i + value);
        }
        int middleTls = GuardedCluster.freePort();
        FairleadServer.Builder builder = FairleadServer.builder()
                .port(GuardedCluster.freePort())
                .set("tls-port", "" + middleTls)
                .set("tls-client-cert-file", TestCertificates.file("rsa.pem").toString())
                .set(
                        "tls-client-key-file",
                        TestCertificates.file("rsa-pkcs1.key").toString())
                .replicaOf("127.0.0.1", top);
        for (String line : TestCertificates.directives()) {
            builder.set(line.split(" ")[0], line.split(" ")[1]);
        }
        FairleadServer middle = opened(builder.start());
        RealRedis leaf = real(GuardedCluster.freePort(), "--replicaof", "127.0.0.1 " + middleTls);
        Await.level(master.port, middle.port());
        Await.level(middle.port(), leaf.port);
        assertThat(Talk.ask(leaf.port, "GET", "key99")).isEqualTo("99" + value);
        assertThat(Talk.field(master.port, "slave0")).contains("port=" + middleTls + ",");

        Talk.ask(master.port, "INCR", "counter");
        Await.level(master.port, leaf.port);
        String before = Talk.field(middle.port(), "sync_full");
        Talk.ask(middle.port(), "REPLICAOF", "NO", "ONE");
        Talk.ask(middle.port(), "INCR", "counter");
        Talk.ask(master.port, "REPLICAOF", "127.0.0.1", "" + middleTls);
        Await.level(middle.port(), leaf.port);
        Await.level(middle.port(), master.port);
        assertThat(Talk.ask(master.port, "GET", "counter")).isEqualTo("2");
        assertThat(Talk.field(middle.port(), "sync_full"))
                .as("both came back by a partial resync")
                .isEqualTo(before);
    }
}
