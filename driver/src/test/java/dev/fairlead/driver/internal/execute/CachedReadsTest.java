package dev.fairlead.driver.internal.execute;

import static dev.fairlead.driver.CallOptions.MASTER;
import static dev.fairlead.driver.CallOptions.READ_YOUR_WRITES;
import static dev.fairlead.driver.CallOptions.maxLag;
import static dev.fairlead.driver.CallOptions.maxLagBytes;
import static dev.fairlead.driver.Commands.get;
import static dev.fairlead.driver.Commands.hget;
import static dev.fairlead.driver.Commands.set;
import static dev.fairlead.driver.Commands.strlen;
import static dev.fairlead.driver.internal.execute.FakeCluster.OTHER_REPLICA;
import static dev.fairlead.driver.internal.execute.FakeCluster.REPLICA;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.when;

import dev.fairlead.driver.CallOptions;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.internal.cache.ReadCache;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.Sending;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which reads are answered from the cache, and until when. */
class CachedReadsTest extends CallsOnAFakeCluster {
    private static final Endpoint AT_MASTER = FakeCluster.MASTER;

    CachedReadsTest() {
        cache = new ReadCache(List.of("c:"), 1 << 20);
        executor = executor("version: 1", 100);
        for (Endpoint each : List.of(AT_MASTER, REPLICA, OTHER_REPLICA)) {
            track(each, "+OK\r\n");
        }
        cluster.probeAll('a', 100);
    }

    private void track(Endpoint node, String answer) {
        Link link = cluster.link(node);
        when(link.protocol()).thenReturn(3);
        doAnswer(call -> {
                    Sending.answer(call.getArgument(0), answer);
                    return null;
                })
                .when(link)
                .sendUrgent(any());
        cache.opened(link);
    }

    /** Asks a node, which answers; gives the node. */
    private Endpoint ask(String key, String value) {
        CompletableFuture<String> read = submit(get(key));
        Endpoint node = onlyReader();
        cluster.answer(node, "$" + value.length() + "\r\n" + value + "\r\n");
        assertThat(read).isCompletedWithValue(value);
        return node;
    }

    private void invalidate(String... keys) {
        Reply[] names = new Reply[keys.length];
        for (int i = 0; i < keys.length; i++) {
            names[i] = new Reply.Bulk(keys[i].getBytes());
        }
        cache.pushed(new Reply.Sequence(
                Reply.Kind.PUSH, List.of(new Reply.Bulk("invalidate".getBytes()), Reply.array(names))));
    }

    private void assertAsked(Command<?> command, CallOptions options) {
        assertThat(submit(command, options)).isNotDone();
    }

    @Test
    void aReadIsAnsweredWithoutAskingUntilTheKeyChanges() {
        ask("c:1", "v");
        assertThat(submit(get("c:1"))).isCompletedWithValue("v");
        assertThat(submit(get("c:1").map(String::length))).as("decoded anew").isCompletedWithValue(1);
        invalidate("c:2");
        assertThat(submit(get("c:1"))).isCompletedWithValue("v");
        invalidate("c:1");
        ask("c:1", "w");
        assertThat(submit(get("c:1"))).isCompletedWithValue("w");
    }

    @Test
    void eachQuestionAboutAKeyHasItsOwnAnswerAndAllOfThemGoTogether() {
        ask("c:1", "v");
        CompletableFuture<Long> length = submit(strlen("c:1"));
        cluster.answer(onlyReader(), ":1\r\n");
        assertThat(length).isCompletedWithValue(1L);
        assertThat(submit(strlen("c:1"))).isCompletedWithValue(1L);
        assertThat(submit(get("c:1"))).isCompletedWithValue("v");
        assertAsked(hget("c:1", "f"), CallOptions.DEFAULTS);
        cluster.answer(onlyReader(), "-WRONGTYPE Operation against a key\r\n");
        assertAsked(hget("c:1", "f"), CallOptions.DEFAULTS);
        cluster.answer(onlyReader(), "-WRONGTYPE Operation against a key\r\n");
        invalidate("c:1");
        assertAsked(strlen("c:1"), CallOptions.DEFAULTS);
    }

    @Test
    void onlyKeysWithThePrefixAndCommandsThatMeanTheSameTomorrowAreKept() {
        ask("d:1", "v");
        ask("d:1", "v");
        for (int i = 0; i < 2; i++) {
            assertAsked(Command.of("TTL", "c:1"), CallOptions.DEFAULTS);
            cluster.answer(onlyReader(), ":10\r\n");
            assertAsked(Command.of("MGET", "c:1", "d:1"), CallOptions.DEFAULTS);
            cluster.answer(onlyReader(), "*0\r\n");
        }
    }

    @Test
    void aFlushForgetsEverything() {
        ask("c:1", "v");
        cache.pushed(new Reply.Sequence(
                Reply.Kind.PUSH, List.of(new Reply.Bulk("invalidate".getBytes()), new Reply.Null())));
        assertAsked(get("c:1"), CallOptions.DEFAULTS);
    }

    @Test
    void whatCameOverALinkThatBrokeIsNotGivenOut() {
        Endpoint node = ask("c:1", "v");
        cluster.cut(node);
        assertAsked(get("c:1"), CallOptions.DEFAULTS);
        cluster.answer(onlyReader(), "$1\r\nv\r\n");
        cluster.connect(node);
        cluster.replica(node, AT_MASTER, 'a', 100);
        assertThat(submit(get("c:1"))).as("kept of the other node").isCompletedWithValue("v");
    }

    @Test
    void anAnswerIsAsFreshAsItsNodeWasWhenItWasAsked() {
        ask("c:1", "v");
        assertThat(submit(get("c:1"), maxLag(ofMillis(50)))).isCompletedWithValue("v");
        cluster.now += ofMillis(60).toNanos();
        cluster.probeAll('a', 100);
        assertAsked(get("c:1"), maxLag(ofMillis(50)));
        assertThat(submit(get("c:1"))).isCompletedWithValue("v");
    }

    @Test
    void readYourWritesIsNeverAnsweredWithWhatWasThereBeforeTheWrite() {
        ask("c:1", "v");
        cluster.now += ofMillis(1).toNanos();
        CompletableFuture<Boolean> write = submit(set("c:1", "w"));
        assertAsked(get("c:1"), READ_YOUR_WRITES);
        cluster.answer(AT_MASTER, "+OK\r\n");
        assertThat(write).isCompleted();
        cluster.answer(AT_MASTER, "$1\r\nw\r\n");
        assertAsked(get("c:1"), READ_YOUR_WRITES);
        cluster.answer(AT_MASTER, "$1\r\nw\r\n");
        assertAsked(get("c:1"), READ_YOUR_WRITES);
        assertThat(submit(get("c:1"), READ_YOUR_WRITES))
                .as("the write is not covered yet")
                .isNotDone();
    }

    @Test
    void whatOnlyTheMasterMayAnswerAndBoundsInBytesAreNotServed() {
        ask("c:1", "v");
        assertAsked(get("c:1"), MASTER);
        assertAsked(get("c:1"), maxLagBytes(0));
    }

    @Test
    void aServerThatCannotTellOfChangesIsAskedEachTime() {
        for (Endpoint each : List.of(REPLICA, OTHER_REPLICA)) {
            cluster.cut(each);
            cluster.connect(each);
            track(each, "-ERR unknown subcommand 'TRACKING'\r\n");
        }
        cluster.probeAll('a', 100);
        ask("c:1", "v");
        ask("c:1", "v");
    }

    @Test
    void theCacheIsBoundedInBytes() {
        String large = "x".repeat(20_000);
        for (int i = 0; i < 200; i++) { // 4 MB into 1 MB.
            ask("c:" + i, large);
        }
        int hits = 0;
        for (int i = 0; i < 200; i++) {
            CompletableFuture<String> read = submit(get("c:" + i));
            hits += read.isDone() ? 1 : 0;
        }
        assertThat(hits).isBetween(10, 60);
        Endpoint node = cluster.waiting(REPLICA) > 0 ? REPLICA : OTHER_REPLICA;
        assertThat(cluster.waiting(node)).isPositive();
    }
}
