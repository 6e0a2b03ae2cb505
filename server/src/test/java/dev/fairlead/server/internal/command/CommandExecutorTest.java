package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CommandExecutorTest {
    private final TestServer server = new TestServer();
    private final TestServer.Client client = server.client();

    @Test
    void aReplicaServesReadsAndRefusesWritesExceptItsMasters() {
        server.replica = true;
        assertThat(client.line("set k v")).isEqualTo("-READONLY You can't write against a read only replica.\r\n");
        assertThat(client.line("get k")).isEqualTo("$-1\r\n");
        TestServer.Client link = server.client();
        link.session.become(ClientSession.Kind.MASTER);
        link.line("set k v");
        assertThat(client.line("get k")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void theGatesAnswerAsRedisDoes() {
        server.loading = true;
        assertThat(client.line("get k")).isEqualTo("-LOADING Redis is loading the dataset in memory\r\n");
        assertThat(client.line("info server")).startsWith("$");
        server.loading = false;
        server.enoughReplicas = false;
        assertThat(client.line("set k v")).isEqualTo("-NOREPLICAS Not enough good replicas to write.\r\n");
        server.enoughReplicas = true;
        server.replica = true;
        server.masterLinkUp = false;
        assertThat(client.line("get k")).isEqualTo("$-1\r\n");
        server.serveStale = false;
        assertThat(client.line("get k"))
                .isEqualTo("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n");
    }

    @Test
    void aPasswordIsAskedForOnceAndWhoIsInStaysIn() {
        server.settings.put("requirepass", "secret");
        TestServer.Client late = server.client();
        assertThat(late.line("get k")).isEqualTo("-NOAUTH Authentication required.\r\n");
        assertThat(late.line("hello 3")).startsWith("-NOAUTH HELLO must be called");
        assertThat(late.line("auth wrong")).startsWith("-WRONGPASS");
        assertThat(late.line("hello 3 auth default secret")).startsWith("%7\r\n");
        assertThat(late.line("get k")).isEqualTo("_\r\n");
        assertThat(client.line("get k"))
                .as("connected before the password was set")
                .isEqualTo("$-1\r\n");
    }

    @Test
    void commandStatisticsCountCallsFailuresAndRefusals() {
        client.line("get k");
        client.line("get k");
        client.line("lpush l a");
        client.line("get l");
        client.line("get");
        String stats = client.line("info commandstats");
        assertThat(stats).contains("cmdstat_get:calls=3,").contains("rejected_calls=1,failed_calls=1");
        assertThat(client.line("info errorstats"))
                .contains("errorstat_WRONGTYPE:count=1")
                .contains("errorstat_ERR:count=1");
        client.line("config resetstat");
        assertThat(client.line("info commandstats")).doesNotContain("cmdstat_get");
    }

    @Test
    void whatThisServerLacksIsSaidClearly() {
        assertThat(client.line("xadd s * f v")).isEqualTo("-ERR 'xadd' is not supported by this server\r\n");
        assertThat(client.line("client tracking on"))
                .isEqualTo("-ERR 'client|tracking' is not supported by this server\r\n");
        assertThat(client.line("nosuch a"))
                .isEqualTo("-ERR unknown command 'nosuch', with args beginning with: 'a' \r\n");
    }

    @Test
    void subscribersGetMessagesByChannelAndPattern() {
        TestServer.Client listener = server.client();
        assertThat(listener.line("subscribe news")).isEqualTo("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
        listener.line("psubscribe n*");
        assertThat(client.line("publish news hi")).isEqualTo(":2\r\n");
        assertThat(listener.replies.take())
                .isEqualTo("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n"
                        + "*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
        assertThat(listener.line("get k")).startsWith("-ERR Can't execute 'get': only (P|S)SUBSCRIBE");
        assertThat(listener.line("ping")).isEqualTo("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
        listener.line("unsubscribe");
        listener.line("punsubscribe");
        assertThat(client.line("publish news hi")).isEqualTo(":0\r\n");
        assertThat(listener.line("get k")).isEqualTo("$-1\r\n");
    }

    @Test
    void clientReplyOffAndSkipSilenceWhatTheySay() {
        assertThat(client.line("client reply skip")).isEmpty();
        assertThat(client.line("ping")).isEmpty();
        assertThat(client.line("ping")).isEqualTo("+PONG\r\n");
        client.line("client reply off");
        assertThat(client.line("ping")).isEmpty();
        assertThat(client.line("client reply on")).isEqualTo("+OK\r\n");
    }

    @Test
    void clientKillByTypeSparesTheCallerUnlessAsked() {
        TestServer.Client other = server.client();
        TestServer.Client listener = server.client();
        listener.line("subscribe c");
        assertThat(client.line("client kill type pubsub")).isEqualTo(":1\r\n");
        assertThat(listener.closed).isTrue();
        assertThat(client.line("client kill type normal")).isEqualTo(":1\r\n");
        assertThat(other.closed).isTrue();
        assertThat(client.closed).isFalse();
        assertThat(client.line("client kill type normal skipme no")).isEqualTo(":1\r\n");
        assertThat(client.closed).isTrue();
    }

    @Test
    void scanSeesEveryKeyOnceWhileNothingChanges() {
        for (int i = 0; i < 100; i++) {
            client.line("set key" + i + " v");
        }
        Set<String> seen = new TreeSet<>();
        String cursor = "0";
        int calls = 0;
        do {
            String[] parts = client.line("scan " + cursor + " match key*").split("\r\n");
            cursor = parts[2];
            for (int i = 5; i < parts.length; i += 2) {
                assertThat(seen.add(parts[i])).isTrue();
            }
            assertThat(++calls).isLessThan(200);
        } while (!cursor.equals("0"));
        assertThat(seen).hasSize(100);
    }
}
