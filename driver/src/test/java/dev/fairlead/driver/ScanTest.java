package dev.fairlead.driver;

import static dev.fairlead.driver.Commands.match;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Walks of three pages over two replicas that call the same keys by different cursors. */
@Timeout(30)
class ScanTest {
    private ScriptedNode master;
    private ScriptedNode first;
    private ScriptedNode second;
    private RoutingClient client;

    @BeforeEach
    void start() throws IOException {
        master = new ScriptedNode('a');
        first = ScriptedNode.replicaOf(master);
        second = ScriptedNode.replicaOf(master);
        pages(first, "11", "12");
        pages(second, "21", "22");
        client = RoutingClient.builder()
                .nodes(master.address())
                .probePeriod(ofMillis(50))
                .defaultDeadline(ofSeconds(5))
                .policies("{ version: 1, defaults: { balance: round-robin } }", "routing.yaml")
                .build();
        await().until(() -> client.topology().shard().replicas().stream()
                        .filter(each -> each.usable())
                        .count()
                == 2);
    }

    @AfterEach
    void stop() {
        client.close();
        List.of(master, first, second).forEach(ScriptedNode::close);
    }

    private static void pages(ScriptedNode node, String middle, String end) {
        Map<String, String> pages = Map.of("0", page(middle, "a", "b"), middle, page(end), end, page("0", "c"));
        node.answer("SCAN", argv -> pages.getOrDefault(argv.get(1), "-ERR invalid cursor\r\n"));
    }

    private static String page(String cursor, String... keys) {
        StringBuilder text = new StringBuilder("*2\r\n" + ScriptedNode.bulk(cursor) + "*" + keys.length + "\r\n");
        for (String key : keys) {
            text.append(ScriptedNode.bulk(key));
        }
        return text.toString();
    }

    private static List<String> rest(Iterator<String> walk) {
        List<String> keys = new ArrayList<>();
        walk.forEachRemaining(keys::add);
        return keys;
    }

    /** The replica at which a walk that has begun is. */
    private ScriptedNode begun() {
        return first.received("SCAN") > 0 ? first : second;
    }

    @Test
    void allPagesComeFromTheNodeThatGaveTheCursor() {
        assertThat(client.scan(match("*"))).containsExactly("a", "b", "c");

        assertThat(begun().received("SCAN")).isEqualTo(3);
        assertThat(first.received("SCAN") + second.received("SCAN") + master.received("SCAN"))
                .isEqualTo(3);
    }

    @Test
    void eachIterationIsAWalkOfItsOwnAndMayBeginElsewhere() {
        Iterable<String> keys = client.scan(match("*"));
        Iterator<String> one = keys.iterator();
        Iterator<String> other = keys.iterator();
        assertThat(one.next() + other.next()).isEqualTo("aa");

        assertThat(first.received("SCAN")).isEqualTo(1);
        assertThat(second.received("SCAN")).isEqualTo(1);
        assertThat(rest(one)).containsExactly("b", "c");
        assertThat(rest(other)).containsExactly("b", "c");
    }

    @Test
    void aPageIsAskedForWhenTheLastOneIsUsedUp() {
        Iterator<String> walk = client.scan(match("*")).iterator();
        assertThat(begun().received("SCAN")).as("before the first key").isZero();
        walk.next();
        walk.next();
        assertThat(begun().received("SCAN")).as("while the first page lasts").isEqualTo(1);
    }

    @Test
    void whenTheNodeGoesAwayTheWalkEndsAndSaysSo() {
        Iterator<String> walk = client.scan(match("*")).iterator();
        walk.next();
        ScriptedNode gone = begun();
        gone.stop();
        await().until(() -> client.topology().shard().replicas().stream()
                        .filter(each -> each.usable())
                        .count()
                == 1);

        assertThat(walk.next()).as("what the last page had").isEqualTo("b");
        assertThatThrownBy(walk::next)
                .isInstanceOf(ScanInterruptedException.class)
                .hasMessageContaining(gone.address())
                .hasMessageContaining("Begin a new walk");
        assertThat(first.received("SCAN") + second.received("SCAN") + master.received("SCAN"))
                .as("nobody else was asked with its cursor")
                .isEqualTo(1);
        assertThat(client.scan(match("*"))).as("a new walk").containsExactly("a", "b", "c");
    }

    @Test
    void aNodeThatLoadsOrHangsUpInTheMiddleEndsTheWalkToo() {
        for (String answer : List.of("-LOADING Redis is loading the dataset in memory\r\n", ScriptedNode.HANG_UP)) {
            Iterator<String> walk = client.scan(match("*")).iterator();
            walk.next();
            walk.next();
            first.answer("SCAN", argv -> answer);
            second.answer("SCAN", argv -> answer);
            int asked = first.received("SCAN") + second.received("SCAN");
            assertThatThrownBy(walk::next).isInstanceOf(ScanInterruptedException.class);
            assertThat(first.received("SCAN") + second.received("SCAN"))
                    .as("asked once more, not again and again")
                    .isEqualTo(asked + 1);
            assertThat(master.received("SCAN")).isZero();
            pages(first, "11", "12");
            pages(second, "21", "22");
            await().until(() -> client.topology().shard().replicas().stream()
                            .filter(each -> each.usable())
                            .count()
                    == 2);
        }
    }

    /** Other reads leave a node whose replies are overdue; a cursor cannot. */
    @Test
    void aWalkStaysAtANodeThatIsSlow() {
        Iterator<String> walk = client.scan(match("*")).iterator();
        walk.next();
        walk.next();
        ScriptedNode slow = begun();
        ScriptedNode other = slow == first ? second : first;
        CountDownLatch go = new CountDownLatch(1);
        slow.answer("SCAN", argv -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return page("0", "c");
        });
        CompletableFuture<String> next = CompletableFuture.supplyAsync(walk::next);
        await().until(() -> slow.received("SCAN") == 2);
        await().during(ofMillis(300)).until(() -> other.received("SCAN") + master.received("SCAN") == 0);
        go.countDown();
        assertThat(next.join()).isEqualTo("c");
    }

    @Test
    void theOptionsChooseTheNodeOfTheWalk() {
        pages(master, "31", "32");
        assertThat(client.scan(match("*"), CallOptions.MASTER)).containsExactly("a", "b", "c");
        assertThat(master.received("SCAN")).isEqualTo(3);
    }

    @Test
    void aStepThatFailedIsAskedForAgainFromTheSameCursor() {
        List<String> asked = new ArrayList<>();
        ScanWalk<String> walk = new ScanWalk<>(
                command -> {
                    asked.add(new String(command.argv()[1]));
                    if (asked.size() == 2) {
                        throw new IllegalStateException("too late");
                    }
                    return asked.size() == 1 ? new ScanPage<>("7", List.of("a")) : new ScanPage<>("0", List.of("b"));
                },
                cursor -> Commands.scan(cursor, ScanOptions.ALL));
        assertThat(walk.next()).isEqualTo("a");
        assertThatThrownBy(walk::next).hasMessage("too late");
        assertThat(rest(walk)).containsExactly("b");
        assertThat(asked).containsExactly("0", "7", "7");
    }
}
