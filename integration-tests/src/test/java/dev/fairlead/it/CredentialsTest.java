package dev.fairlead.it;

import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.incr;
import static dev.fairlead.driver.Commands.set;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.ConnectionFailedException;
import dev.fairlead.driver.Credentials;
import dev.fairlead.driver.Message;
import dev.fairlead.driver.MessageListener;
import dev.fairlead.driver.RoutingClient;
import dev.fairlead.driver.RoutingClientBuilder;
import dev.fairlead.driver.RoutingEvent;
import dev.fairlead.driver.Subscription;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Users and passwords that change under a client at work. */
@Timeout(60)
class CredentialsTest {
    private final AtomicReference<Credentials> now = new AtomicReference<>(new Credentials("app1", "s3cret-one"));
    private final List<String> said = new CopyOnWriteArrayList<>();
    private RedisProcess server;

    @BeforeEach
    void startServer() {
        server = RedisProcess.start(
                "user app1 on >s3cret-one ~* &* +@all",
                "user app2 on >s3cret-two ~* &* +@all"); // The default user may do all.
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private RoutingClientBuilder builder() {
        return RoutingClient.builder()
                .nodes(server.address())
                .credentials(now::get)
                .credentialsPeriod(ofMillis(20))
                .listener(this::heard);
    }

    private void heard(RoutingEvent event) {
        said.add(event.toString());
    }

    /** How many of the client's connections the server takes for each user. */
    private TreeMap<String, Integer> connections() {
        TreeMap<String, Integer> users = new TreeMap<>();
        try (RedisClient operator = server.connect()) {
            for (String line : operator.text("CLIENT", "LIST").split("\n")) {
                if (line.contains("name=fairlead")) {
                    users.merge(line.replaceAll(".* user=(\\S+).*", "$1").strip(), 1, Integer::sum);
                }
            }
        }
        return users;
    }

    private static final class Notes implements MessageListener {
        final List<String> notes = new CopyOnWriteArrayList<>();

        @Override
        public void message(Message message) {
            notes.add(message.text());
        }

        @Override
        public void interrupted(String reason) {
            notes.add("interrupted: " + reason);
        }
    }

    @Test
    void openConnectionsTakeOnNewCredentialsWhileCallsGoOn() {
        Notes heard = new Notes();
        try (RoutingClient client = builder().build();
                Subscription news = client.subscribe(heard, "news")) {
            long link = client.topology().shard().master().linkId();
            List<CompletableFuture<Long>> calls = new ArrayList<>();
            client.dedicated(lent -> {
                lent.execute(set("a", "1"));
                now.set(new Credentials("app2", "s3cret-two"));
                await().atMost(ofSeconds(20)).untilAsserted(() -> {
                    calls.add(client.executeAsync(incr("n")));
                    assertThat(connections())
                            .as("the shared connection and the subscription's change, the lent one does not")
                            .containsOnly(Map.entry("app1", 1), Map.entry("app2", 2));
                });
                return lent.execute(set("a", "2"));
            });
            client.dedicated(lent -> lent.execute(set("a", "3")));
            try (RedisClient operator = server.connect()) {
                operator.call("ACL", "DELUSER", "app1"); // Ends every connection of that user.
            }
            calls.add(client.executeAsync(incr("n")));
            assertThat(calls).allSatisfy(each -> assertThat(each).succeedsWithin(ofSeconds(5)));
            assertThat(client.execute(get("n"))).isEqualTo(Integer.toString(calls.size()));
            client.execute(Command.of("PUBLISH", "news", "all well"));
            await().atMost(ofSeconds(20)).until(() -> !heard.notes.isEmpty());
            assertThat(heard.notes).containsExactly("all well");
            assertThat(news.isActive()).isTrue();
            assertThat(client.topology().shard().master().linkId())
                    .as("the same connection all the time")
                    .isEqualTo(link);
            assertThat(connections().keySet()).containsExactly("app2");
        }
    }

    @Test
    void refusedCredentialsAreToldAndLaterOnesHeal() {
        try (RoutingClient client = builder().build()) {
            client.execute(set("k", "v"));
            now.set(new Credentials("app1", "s3cret-wrong"));
            await().atMost(ofSeconds(20))
                    .untilAsserted(() -> assertThat(client.explain(get("k")).toString())
                            .contains("WRONGPASS")
                            .doesNotContain("s3cret"));
            assertThatThrownBy(() -> client.execute(set("k", "w"))).hasMessageContaining("WRONGPASS");
            now.set(new Credentials("app2", "s3cret-two"));
            await().atMost(ofSeconds(20)).ignoreExceptions().until(() -> client.execute(get("k")), "v"::equals);
        }
    }

    @Test
    void nothingSecretIsEverSaid() {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.fairlead");
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        logger.addAppender(logged);
        try {
            said.add(builder().toString());
            said.add(now.get().toString());
            try (RoutingClient client = builder().build()) {
                client.execute(set("k", "v"));
                now.set(new Credentials("app1", "s3cret-wrong"));
                await().atMost(ofSeconds(20))
                        .until(() -> client.explain(get("k")).toString().contains("WRONGPASS"));
                assertThatThrownBy(() -> client.execute(get("k"))).satisfies(this::keep);
                said.add(client.explain(set("k", "v")).toString());
                said.add(client.topology().toString());
            }
            assertThatThrownBy(() -> builder().build())
                    .isInstanceOf(ConnectionFailedException.class)
                    .hasMessageContaining("WRONGPASS")
                    .satisfies(this::keep);
        } finally {
            logger.detachAppender(logged);
            logged.stop();
            logger.setAdditive(true);
            logger.setLevel(null);
        }
        for (ILoggingEvent each : logged.list) {
            said.add(each.getFormattedMessage()
                    + (each.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(each.getThrowableProxy())));
        }
        assertThat(said).anyMatch(each -> each.contains("new credentials")).noneMatch(each -> each.contains("s3cret"));
    }

    private void keep(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        said.add(text.toString());
    }
}
