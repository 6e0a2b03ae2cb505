package dev.fairlead.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockingTest {
    private final TestServer server = new TestServer();
    private final TestServer.Client first = server.client();
    private final TestServer.Client second = server.client();
    private final TestServer.Client pusher = server.client();

    @Test
    void whoWaitsLongestIsServedFirst() {
        assertThat(first.line("blpop k 0")).isEmpty();
        assertThat(second.line("blpop k 0")).isEmpty();
        pusher.line("rpush k a");
        assertThat(first.replies.take()).isEqualTo("*2\r\n$1\r\nk\r\n$1\r\na\r\n");
        assertThat(second.replies.take()).isEmpty();
        assertThat(first.session.isBlocked()).isFalse();
        assertThat(second.session.isBlocked()).isTrue();
        assertThat(first.resumed).isEqualTo(1);
    }

    @Test
    void onePushServesAsManyAsItHasElementsForAndIsPropagatedFirst() {
        first.line("blpop k 0");
        second.line("brpop k 0");
        server.takePropagated();
        assertThat(pusher.line("rpush k a b c")).isEqualTo(":3\r\n");
        assertThat(second.replies.take()).contains("c");
        assertThat(server.takePropagated()).containsExactly("0|rpush k a b c", "0|LPOP k", "0|RPOP k");
        assertThat(pusher.line("llen k")).isEqualTo(":1\r\n");
    }

    @Test
    void aWaitEndsAtItsTimeoutAndNotBefore() {
        first.line("blpop k 0.5");
        assertThat(server.executor.nextDeadlineMillis()).isEqualTo(server.now + 500);
        server.now += 499;
        server.executor.tick();
        assertThat(first.session.isBlocked()).isTrue();
        server.now += 1;
        server.executor.tick();
        assertThat(first.replies.take()).isEqualTo("*-1\r\n");
        assertThat(first.session.isBlocked()).isFalse();
        assertThat(server.executor.nextDeadlineMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void movesChainFromOneWaiterToTheNext() {
        first.line("blmove a b left right 0");
        second.line("blpop b 0");
        pusher.line("rpush a x");
        assertThat(first.replies.take()).isEqualTo("$1\r\nx\r\n");
        assertThat(second.replies.take()).isEqualTo("*2\r\n$1\r\nb\r\n$1\r\nx\r\n");
        assertThat(pusher.line("dbsize")).isEqualTo(":0\r\n");
    }

    @Test
    void aKeyOfAnotherTypeDoesNotWakeTheWaiter() {
        first.line("blpop k 0");
        pusher.line("zadd k 1 m");
        assertThat(first.session.isBlocked()).isTrue();
        pusher.line("del k");
        pusher.line("rpush other x");
        pusher.line("rename other k");
        assertThat(first.replies.take()).contains("x");
    }

    @Test
    void sortedSetsServeTheirWaitersToo() {
        first.line("bzpopmax z 0");
        second.line("bzmpop 0 1 z min count 5");
        pusher.line("zadd z 1 a 2 b 3 c");
        assertThat(first.replies.take()).isEqualTo("*3\r\n$1\r\nz\r\n$1\r\nc\r\n$1\r\n3\r\n");
        assertThat(second.replies.take()).startsWith("*2\r\n$1\r\nz\r\n*2\r\n");
    }

    @Test
    void clientUnblockAndAChangeOfRoleEndAWait() {
        first.line("blpop k 0");
        assertThat(pusher.line("client unblock " + first.session.id() + " error"))
                .isEqualTo(":1\r\n");
        assertThat(first.replies.take()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
        second.line("blpop k 0");
        server.executor.unblockAllOnKeys();
        assertThat(second.replies.take()).startsWith("-UNBLOCKED ");
    }

    @Test
    void aClientThatIsGoneIsNotServed() {
        first.line("blpop k 0");
        second.line("blpop k 0");
        server.executor.disconnected(first.session);
        pusher.line("rpush k a");
        assertThat(second.replies.take()).contains("a");
    }

    @Test
    void aPauseHoldsWritesAndRunsThemAtItsEnd() {
        pusher.line("client pause 100 write");
        assertThat(first.line("set k v")).isEmpty();
        assertThat(first.session.isBlocked()).isTrue();
        assertThat(second.line("get k")).isEqualTo("$-1\r\n");
        server.now += 100;
        server.executor.tick();
        assertThat(first.replies.take()).isEqualTo("+OK\r\n");
        assertThat(first.resumed).isEqualTo(1);
        assertThat(second.line("get k")).isEqualTo("$1\r\nv\r\n");
    }
}
