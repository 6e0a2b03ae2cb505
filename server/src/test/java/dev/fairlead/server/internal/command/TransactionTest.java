package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionTest {
    private final TestServer server = new TestServer();
    private final TestServer.Client client = server.client();
    private final TestServer.Client other = server.client();

    @Test
    void aWatchedKeyThatChangedStopsTheTransaction() {
        client.line("watch k");
        other.line("set k theirs");
        client.line("multi");
        client.line("set k mine");
        assertThat(client.line("exec")).isEqualTo("*-1\r\n");
        assertThat(client.line("get k")).isEqualTo("$6\r\ntheirs\r\n");
    }

    @Test
    void aKeyThatCameAndWentHasChanged() {
        client.line("watch k");
        other.line("set k v");
        other.line("del k");
        client.line("multi");
        assertThat(client.line("exec")).isEqualTo("*-1\r\n");
    }

    @Test
    void watchingIsOverAfterUnwatchDiscardAndExec() {
        for (String[] end : new String[][] {{"unwatch"}, {"multi", "discard"}, {"multi", "exec"}}) {
            client.line("watch k");
            for (String line : end) {
                client.line(line);
            }
            other.line("incr k");
            client.line("multi");
            assertThat(client.line("exec")).isEqualTo("*0\r\n");
        }
    }

    @Test
    void aWatchedKeyThatExpiresStopsTheTransaction() {
        client.line("set k v px 100");
        client.line("watch k");
        server.now += 101;
        client.line("multi");
        assertThat(client.line("exec")).isEqualTo("*-1\r\n");
    }

    @Test
    void flushallAndSwapdbTouchWatchedKeys() {
        client.line("set k v");
        client.line("watch k");
        other.line("flushall");
        client.line("multi");
        assertThat(client.line("exec")).isEqualTo("*-1\r\n");

        other.line("select 1");
        other.line("set k v");
        client.line("watch k");
        other.line("swapdb 0 1");
        client.line("multi");
        assertThat(client.line("exec")).isEqualTo("*-1\r\n");
    }

    @Test
    void aCommandRefusedWhileQueueingAbortsTheWholeTransaction() {
        client.line("multi");
        client.line("set k v");
        client.line("get");
        assertThat(client.line("exec")).isEqualTo("-EXECABORT Transaction discarded because of previous errors.\r\n");
        assertThat(client.line("exists k")).isEqualTo(":0\r\n");
    }

    @Test
    void execOnAServerThatBecameAReplicaAnswersWhyAndDiscards() {
        client.line("multi");
        client.line("set k v");
        server.replica = true;
        assertThat(client.line("exec"))
                .isEqualTo(
                        "-EXECABORT Transaction discarded because of: READONLY You can't write against a read only replica.\r\n");
        assertThat(client.line("exec")).isEqualTo("-ERR EXEC without MULTI\r\n");
    }

    @Test
    void blockingCommandsAnswerAtOnceInsideATransaction() {
        client.line("multi");
        client.line("blpop k 0");
        client.line("bzpopmin k 0");
        assertThat(client.line("exec")).isEqualTo("*2\r\n*-1\r\n*-1\r\n");
        assertThat(client.session.isBlocked()).isFalse();
    }
}
