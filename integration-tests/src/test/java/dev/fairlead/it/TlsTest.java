package dev.fairlead.it;

import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.Command;
import dev.fairlead.driver.ConnectionFailedException;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.driver.Subscription;
import dev.fairlead.driver.TlsSettings;
import dev.fairlead.it.harness.CertificateAuthority;
import dev.fairlead.it.harness.CertificateAuthority.Issued;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import dev.fairlead.it.harness.RequiresRedis;
import dev.fairlead.it.harness.SentinelProcess;
import dev.fairlead.server.EmbeddedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections to a real redis-server, which checks the certificates with a library of its own. */
@Timeout(60)
@RequiresRedis("7.0")
class TlsTest {
    @TempDir
    Path files;

    private CertificateAuthority authority;
    private final List<RedisProcess> servers = new ArrayList<>();

    @BeforeEach
    void makeAuthority() {
        authority = new CertificateAuthority(files, "authority");
    }

    @AfterEach
    void stopServers() {
        servers.forEach(RedisProcess::close);
    }

    /** A server with a plain port and an encrypted one. */
    private record Server(RedisProcess process, int tlsPort) {
        String address() {
            return "127.0.0.1:" + tlsPort;
        }
    }

    private Server start(Issued certificate, String... more) {
        int port = RedisProcess.freePort();
        List<String> lines = new ArrayList<>(certificate.directives(port, authority));
        lines.addAll(List.of(more));
        RedisProcess process = RedisProcess.start(lines.toArray(String[]::new));
        servers.add(process);
        return new Server(process, port);
    }

    private static RoutingClientBuilder to(String address) {
        return RoutingClient.builder().nodes(address).connectTimeout(ofSeconds(5));
    }

    private static void fails(RoutingClientBuilder builder, String... words) {
        assertThatThrownBy(() -> builder.build().close())
                .isInstanceOf(ConnectionFailedException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void everyKindOfConnectionIsEncrypted() {
        Issued certificate = authority.forLoopback();
        Server master = start(certificate, "tls-replication yes");
        start(certificate, "tls-replication yes", "replicaof 127.0.0.1 " + master.tlsPort());
        // The servers name each other's encrypted ports, on which a plain connection gets nowhere.
        try (RoutingClient client = to(master.address())
                .tls(TlsSettings.trusting(authority.certificate()))
                .build()) {
            Clients.awaitReplicas(client, 1);
            client.execute(set("k", "v"));
            assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("v");
            String lent = client.dedicated(link -> link.execute(get("k")));
            assertThat(lent).isEqualTo("v");
            Set<String> heard = ConcurrentHashMap.newKeySet();
            try (Subscription news = client.subscribe(message -> heard.add(message.text()), "news")) {
                client.execute(Command.of("PUBLISH", "news", "hello"));
                await().atMost(ofSeconds(20)).until(() -> heard.contains("hello"));
                assertThat(news.isActive()).isTrue();
            }
            String large = "x".repeat(3 << 20);
            client.execute(set("large", large));
            assertThat(client.execute(get("large"), READ_YOUR_WRITES)).isEqualTo(large);
        }
    }

    /** Nothing in it has a plain port: what works here works encrypted. */
    @Test
    void aBundledClusterIsEncryptedThroughoutAndFollowedThroughAFailover() {
        Issued certificate = authority.forLoopback();
        TlsSettings tls = TlsSettings.trusting(authority.certificate());
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                        .tls(certificate.certificate(), certificate.key(), authority.certificate())
                        .start();
                RoutingClient client = RoutingClient.builder()
                        .sentinels(cluster.masterName(), cluster.sentinelAddresses())
                        .tls(tls)
                        .sentinelTls(tls)
                        .connectTimeout(ofSeconds(5))
                        .build()) {
            Clients.awaitReplicas(client, 2);
            client.execute(set("k", "before"));
            assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("before");
            EmbeddedCluster.Member old = cluster.killMaster();
            cluster.awaitMasterOtherThan(old, ofSeconds(30));
            await("the driver follows").atMost(ofSeconds(30)).ignoreExceptions().until(() -> {
                client.execute(set("k", "after"));
                return true;
            });
            cluster.sentinel(0).restart();
            old.restart();
            cluster.awaitStable(ofSeconds(30));
            Clients.awaitReplicas(client, 2);
            assertThat(client.execute(get("k"), READ_YOUR_WRITES)).isEqualTo("after");
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefusedUnlessItsNameIsGiven() {
        Server server = start(authority.forHost("redis.example"));
        TlsSettings tls = TlsSettings.trusting(authority.certificate());
        fails(to(server.address()).tls(tls), server.address(), "certificate is for another host", "serverName");
        fails(to(server.address()).tls(tls.serverName("other.example")), "certificate is for another host");
        try (RoutingClient client =
                to(server.address()).tls(tls.serverName("redis.example")).build()) {
            client.execute(set("k", "v"));
        }
        try (RoutingClient client =
                to(server.address()).tls(tls.withoutHostNameVerification()).build()) {
            assertThat(client.execute(get("k"))).isEqualTo("v");
        }
    }

    @Test
    void whatANameStandsForIsHeldToTheName() throws IOException {
        Server server = start(authority.forHost("primary.example"));
        RoutingClientBuilder builder = RoutingClient.builder()
                .endpoints("primary.example:" + server.tlsPort(), "reader.example:" + server.tlsPort())
                .hostResolver(host -> List.of(InetAddress.getByName("127.0.0.1")))
                .connectTimeout(ofSeconds(5));
        try (RoutingClient client =
                builder.tls(TlsSettings.trusting(authority.certificate())).build()) {
            client.execute(set("k", "v"));
        }
    }

    /** Another authority and another password than the nodes, whose connections here are plain. */
    @Test
    void sentinelsHaveSettingsOfTheirOwn() {
        RedisProcess master = RedisProcess.start("requirepass of-the-nodes");
        servers.add(master);
        CertificateAuthority watchers = new CertificateAuthority(files, "watchers");
        int port = RedisProcess.freePort();
        List<String> lines = new ArrayList<>(watchers.forLoopback().directives(port, watchers));
        lines.add("sentinel auth-pass " + SentinelProcess.MASTER_NAME + " of-the-nodes");
        lines.add("requirepass of-the-sentinels");
        servers.add(SentinelProcess.start(master, 1, ofSeconds(5), lines));
        RoutingClientBuilder builder = RoutingClient.builder()
                .sentinels(SentinelProcess.MASTER_NAME, "127.0.0.1:" + port)
                .connectTimeout(ofSeconds(5))
                .password("of-the-nodes");
        fails(builder, "Sentinel 127.0.0.1:" + port, "speak TLS");
        builder.sentinelTls(TlsSettings.trusting(watchers.certificate()));
        fails(builder, "Sentinel 127.0.0.1:" + port, "NOAUTH");
        builder.sentinelCredentials(null, "of-the-sentinels");
        try (RoutingClient client = builder.build()) {
            client.execute(set("k", "v"));
        }
    }

    @Test
    void anExpiredCertificateAndAnUnknownAuthorityAreSaid() {
        Server expired = start(authority.expired());
        fails(
                to(expired.address()).tls(TlsSettings.trusting(authority.certificate())),
                expired.address() + " (TLS: the server's certificate is not valid now",
                "NotAfter");
        Server unknown = start(new CertificateAuthority(files, "stranger").forLoopback());
        fails(
                to(unknown.address()).tls(TlsSettings.trusting(authority.certificate())),
                "comes from no authority that is trusted",
                "TlsSettings.trusting");
        fails(to(unknown.address()).tls(TlsSettings.systemTrust()), "comes from no authority that is trusted");
    }

    @Test
    void plainTextAndEncryptionDoNotMeetUnnoticed() {
        Server server = start(authority.forLoopback());
        fails(to(server.address()), server.address(), "speak", "TLS");
        // A plain server either takes the greeting for a command or waits for the end of it.
        fails(
                to(server.process().address())
                        .connectTimeout(ofSeconds(1))
                        .tls(TlsSettings.trusting(authority.certificate())),
                server.process().address() + " (TLS: ",
                "speak TLS");
    }

    @Test
    void aServerThatAsksForAClientCertificateGetsIt() throws Exception {
        Server server = start(authority.forLoopback(), "tls-auth-clients yes");
        TlsSettings tls = TlsSettings.trusting(authority.certificate());
        fails(to(server.address()).tls(tls), "asks for a client certificate", "TlsSettings.identity");
        Issued mine = authority.forHost("client");
        try (RoutingClient client = to(server.address())
                .tls(tls.identity(mine.certificate(), mine.key()))
                .build()) {
            client.execute(set("k", "v"));
        }
    }

    @Test
    void newConnectionsUseChangedCertificatesAndOpenOnesGoOn() throws IOException {
        Server server = start(authority.forLoopback(), "tls-auth-clients yes");
        Issued mine = authority.forHost("client");
        try (RoutingClient client = to(server.address())
                .tls(TlsSettings.trusting(authority.certificate())
                        .identity(mine.certificate(), mine.key())
                        .reloadPeriod(ofMillis(1)))
                .build()) {
            long before = client.topology().shard().master().linkId();
            CertificateAuthority next = new CertificateAuthority(files, "next");
            try (RedisClient operator = server.process().connect()) {
                operator.call(
                        "CONFIG", "SET", "tls-ca-cert-file", next.certificate().toString());
            }
            next.forHost("client").replace(mine);

            // A connection of its own is a new one, and the server no longer takes the old certificate.
            client.dedicated(link -> link.execute(set("k", "v")));
            assertThat(client.execute(get("k"))).isEqualTo("v");
            assertThat(client.topology().shard().master().linkId())
                    .as("the connection that was open")
                    .isEqualTo(before);

            // Caught in the middle of being written: the last that could be read stay in use.
            Files.writeString(mine.certificate(), "-----BEGIN CERTIFICATE-----\nMII");
            try (RedisClient operator = server.process().connect()) {
                operator.call("CLIENT", "KILL", "TYPE", "normal");
            }
            await("a new connection").atMost(ofSeconds(20)).ignoreExceptions().until(() -> client.execute(get("k"))
                    .equals("v"));
            assertThat(client.topology().shard().master().linkId()).isNotEqualTo(before);
        }
    }

    @Test
    void aFileThatCannotBeUsedIsNamedWhenTheClientIsBuilt() throws IOException {
        Path nothing = files.resolve("nothing.pem");
        assertThatThrownBy(() ->
                        to("127.0.0.1:1").tls(TlsSettings.trusting(nothing)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(nothing + " cannot be read");
        Path text = Files.writeString(files.resolve("text.pem"), "no certificate");
        assertThatThrownBy(
                        () -> to("127.0.0.1:1").tls(TlsSettings.trusting(text)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text + " cannot be used; expected one or more certificates in PEM");
        TlsSettings tls = TlsSettings.trusting(authority.certificate());
        assertThatThrownBy(() -> to("127.0.0.1:1")
                        .tls(tls.identity(authority.certificate(), text))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text.toString())
                .hasMessageContaining("openssl pkcs8 -topk8");
        assertThatThrownBy(() -> to("127.0.0.1:1").tls(tls.protocols("TLSv9")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TLSv9");
        assertThat(tls.identity(authority.certificate(), text, "s3cret").toString())
                .doesNotContain("s3cret");
    }
}
