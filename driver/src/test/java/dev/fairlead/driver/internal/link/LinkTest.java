package dev.fairlead.driver.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fairlead.driver.Credentials;
import dev.fairlead.driver.internal.link.LinkException.Kind;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespLimits;
import dev.fairlead.resp.RespReader;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LinkTest {
    private static EventLoopGroup loops;

    private ScriptedServer server;
    private final List<Reply> pushes = new CopyOnWriteArrayList<>();
    private final List<LinkException> ends = new CopyOnWriteArrayList<>();
    private final LinkListener listener = new LinkListener() {
        @Override
        public void onPush(Link link, Reply.Sequence push) {
            pushes.add(push);
        }

        @Override
        public void onClosed(Link link, LinkException reason) {
            ends.add(reason);
        }
    };

    @BeforeAll
    static void startLoops() {
        loops = Link.newEventLoops(1, "link-test");
    }

    @AfterAll
    static void stopLoops() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    private Link connect(LinkSettings settings) throws Exception {
        return Link.connect(server.endpoint(), settings, loops, listener).get(5, TimeUnit.SECONDS);
    }

    private static RecordedCall send(Link link, String... words) {
        RecordedCall call = new RecordedCall(words);
        link.send(call);
        return call;
    }

    private static void failsWith(RecordedCall call, Kind kind, String text) throws Exception {
        assertThat(call.outcome()).isInstanceOf(LinkException.class);
        LinkException failure = (LinkException) call.outcome();
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(text);
        assertThat(call.completions).hasValue(1);
    }

    @Test
    void whatIsEnqueuedGoesOutWithTheFlushAndNotBefore() throws Exception {
        AtomicInteger received = new AtomicInteger();
        server = ScriptedServer.resp3((connection, words) -> {
            received.incrementAndGet();
            connection.send("+v\r\n");
        });
        Link link = connect(LinkSettings.DEFAULT);
        RecordedCall first = new RecordedCall("GET", "a");
        RecordedCall second = new RecordedCall("GET", "b");
        link.enqueue(first);
        link.enqueue(second);
        CountDownLatch looked = new CountDownLatch(1);
        // Runs behind whatever woke the event loop before.
        loops.next().execute(looked::countDown);
        looked.await();
        assertThat(link.oldestWaitNanos(System.nanoTime()))
                .as("waiting on the wire")
                .isZero();
        assertThat(first.completions).hasValue(0);
        assertThat(received).hasValue(0);

        link.flush();
        first.outcome();
        second.outcome();
        assertThat(received).hasValue(2);
    }

    @Test
    void aReplyInPiecesIsPutTogether() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> {
            for (char c : "*2\r\n$5\r\nhello\r\n:42\r\n".toCharArray()) {
                connection.send(String.valueOf(c));
            }
        });
        assertThat(send(connect(LinkSettings.DEFAULT), "ANY").outcome())
                .isEqualTo(Reply.array(Reply.bulk("hello"), new Reply.Int(42)));
    }

    @Test
    void anErrorBetweenRepliesBelongsToItsOwnCall() throws Exception {
        server = ScriptedServer.resp3((connection, words) ->
                connection.send(words.get(0).equals("BAD") ? "-WRONGTYPE no list\r\n" : "+" + words.get(0) + "\r\n"));
        Link link = connect(LinkSettings.DEFAULT);
        RecordedCall first = send(link, "ONE");
        RecordedCall bad = send(link, "BAD");
        RecordedCall last = send(link, "TWO");
        assertThat(first.outcome()).isEqualTo(new Reply.Simple("ONE"));
        assertThat(bad.outcome()).isEqualTo(new Reply.ServerError("WRONGTYPE no list"));
        assertThat(last.outcome()).isEqualTo(new Reply.Simple("TWO"));
    }

    @Test
    void aDecoderThatThrowsFailsItsCallOnly() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("+text\r\n"));
        Link link = connect(LinkSettings.DEFAULT);
        RecordedCall wrong = new RecordedCall(RespReader::readLong, "GET");
        link.send(wrong);
        RecordedCall right = send(link, "GET");
        failsWith(wrong, Kind.UNREADABLE_REPLY, "expected an integer");
        assertThat(right.outcome()).isEqualTo(new Reply.Simple("text"));
        assertThat(link.isOpen()).isTrue();
    }

    @Test
    void aServerThatClosesInMidReplyLeavesTheOutcomeUnknown() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> {
            connection.send("$10\r\nhalf");
            connection.close();
        });
        Link link = connect(LinkSettings.DEFAULT);
        RecordedCall call = send(link, "SET", "k", "v");
        failsWith(call, Kind.OUTCOME_UNKNOWN, "closed the connection in mid-reply");
        await().untilAsserted(() -> assertThat(ends).hasSize(1));
        failsWith(send(link, "SET", "k", "v"), Kind.NOT_WRITTEN, "closed");
    }

    @Test
    void aReplyLargerThanTheLimitIsToldToItsOwnerAndEndsTheLink() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> {
            // Only once both are on the wire: what is still queued when a link ends is known not to be applied.
            if (words.get(0).equals("INCR")) {
                connection.send("$2000\r\n");
            }
        });
        Link link = connect(LinkSettings.builder()
                .limits(RespLimits.DEFAULT.withMaxFrameBytes(1000))
                .build());
        RecordedCall large = send(link, "GET", "big");
        RecordedCall behind = send(link, "INCR", "n");
        failsWith(large, Kind.UNREADABLE_REPLY, "a string of 2000 bytes was announced; the bound is 1000 bytes");
        failsWith(behind, Kind.OUTCOME_UNKNOWN, "the bound is 1000 bytes");
        assertThat(link.inFlight()).isZero();
    }

    @Test
    void brokenProtocolLeavesEveryOutcomeUnknown() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("?what\r\n"));
        RecordedCall call = send(connect(LinkSettings.DEFAULT), "INCR", "n");
        failsWith(call, Kind.OUTCOME_UNKNOWN, "not the Redis protocol: '?what");
    }

    @Test
    void aReplyThatNobodyAskedForEndsTheLink() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("+one\r\n+two\r\n"));
        assertThat(send(connect(LinkSettings.DEFAULT), "ONE").outcome()).isEqualTo(new Reply.Simple("one"));
        await().untilAsserted(() -> assertThat(ends).hasSize(1));
        assertThat(ends.get(0)).hasMessageContaining("nobody asked for");
    }

    @Test
    void aWrongPasswordIsRefusedWithTheServersWord() throws Exception {
        server = new ScriptedServer((connection, words) -> {
            if (words != null) {
                connection.send("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
            }
        });
        assertThatThrownBy(() -> connect(LinkSettings.builder()
                        .login(Login.fixed(new Credentials(null, "s3cret")))
                        .build()))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(server.endpoint() + ": HELLO: the server refused: WRONGPASS")
                .hasMessageNotContaining("s3cret");
        assertThat(server.received).containsExactly("HELLO 3 AUTH default s3cret");
        assertThat(LinkSettings.builder()
                        .login(Login.fixed(new Credentials(null, "s3cret")))
                        .build()
                        .toString())
                .doesNotContain("s3cret");
        assertThat(ends).isEmpty();
    }

    @Test
    void newCredentialsTakeTheirPlaceAmongTheCalls() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("+OK\r\n"));
        AtomicReference<Credentials> now = new AtomicReference<>(new Credentials("ann", "one"));
        try (Login login = Login.supplied(now::get)) {
            Link link = connect(LinkSettings.builder().login(login).build());
            Link lent = connect(LinkSettings.builder().login(login).build().withUse(LinkSettings.Use.LENT));
            send(link, "GET", "before").outcome();
            now.set(new Credentials("bea", "two"));
            login.start(Duration.ofMillis(5));
            await().untilAsserted(() -> assertThat(server.received).contains("AUTH bea two"));
            send(link, "GET", "after").outcome();
            assertThat(server.received)
                    .containsExactly(
                            "HELLO 3 AUTH ann one", "HELLO 3 AUTH ann one", "GET before", "AUTH bea two", "GET after");
            assertThat(link.isLoginCurrent()).isTrue();
            assertThat(lent.isLoginCurrent()).isFalse();
        }
    }

    @Test
    void refusedCredentialsEndTheLinkOnceItsCallsAreAnswered() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> {
            // The call before it is answered only then.
            if (words.get(0).equals("AUTH")) {
                connection.send("+first\r\n-WRONGPASS invalid username-password pair\r\n");
            }
        });
        AtomicReference<Credentials> now = new AtomicReference<>(new Credentials("ann", "one"));
        try (Login login = Login.supplied(now::get)) {
            Link link = connect(LinkSettings.builder().login(login).build());
            RecordedCall before = send(link, "GET", "k");
            now.set(new Credentials("bea", "tw0secret"));
            login.start(Duration.ofMillis(5));
            assertThat(before.outcome()).isEqualTo(new Reply.Simple("first"));
            await().untilAsserted(() -> assertThat(ends).hasSize(1));
            assertThat(ends.get(0))
                    .hasMessageContaining("refused the new credentials: WRONGPASS")
                    .hasMessageNotContaining("tw0secret");
            assertThat(link.isOpen()).isFalse();
        }
    }

    @Test
    void anOldServerIsSpokenToInResp2() throws Exception {
        server = new ScriptedServer((connection, words) -> {
            if (words != null) {
                connection.send(
                        words.get(0).equals("HELLO")
                                ? "-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n"
                                : "+OK\r\n");
            }
        });
        Link link = connect(LinkSettings.builder()
                .login(Login.fixed(new Credentials("ann", "pw")))
                .clientName("app")
                .database(3)
                .build());
        assertThat(link.protocol()).isEqualTo(2);
        assertThat(server.received)
                .containsExactly(
                        "HELLO 3 AUTH ann pw SETNAME app", "AUTH ann pw", "CLIENT SETNAME app", "PING", "SELECT 3");
    }

    /** Its replicas would redirect reads as well to a client that asks for redirects and has not said READONLY before. */
    @Test
    void valkeyIsAskedForRedirectsWhereReadsStayAllowed() throws Exception {
        server = new ScriptedServer((connection, words) -> {
            if (words != null) {
                connection.send(
                        switch (words.get(0)) {
                            case "HELLO" -> "%2\r\n+server\r\n+valkey\r\n+proto\r\n:3\r\n";
                            case "READONLY" -> "+OK\r\n";
                            default -> "-ERR unknown subcommand 'CAPA'. Try CLIENT HELP.\r\n"; // As before 8.0.
                        });
            }
        });
        assertThat(connect(LinkSettings.DEFAULT).isOpen()).isTrue();
        assertThat(connect(LinkSettings.DEFAULT.withUse(LinkSettings.Use.SUBSCRIPTIONS))
                        .isOpen())
                .isTrue();
        assertThat(server.received).containsExactly("HELLO 3", "READONLY", "CLIENT CAPA redirect", "HELLO 3");
    }

    @Test
    void aServerThatLetsNobodySayReadonlyIsNotAskedForRedirects() throws Exception {
        server = new ScriptedServer((connection, words) -> {
            if (words != null) {
                connection.send(
                        words.get(0).equals("HELLO")
                                ? "%2\r\n+server\r\n+valkey\r\n+proto\r\n:3\r\n"
                                : "-NOPERM this user has no permissions to run the 'readonly' command\r\n");
            }
        });
        assertThat(connect(LinkSettings.DEFAULT).isOpen()).isTrue();
        assertThat(server.received).containsExactly("HELLO 3", "READONLY");
    }

    @Test
    void aPortThatIsNotRedisIsNamed() throws Exception {
        server = new ScriptedServer((connection, words) -> connection.send("SSH-2.0-OpenSSH_9.2\r\n"));
        assertThatThrownBy(() -> connect(LinkSettings.DEFAULT))
                .hasMessageContaining(server.endpoint() + ": HELLO: not the Redis protocol: 'SSH-2.0-OpenSSH_9.2");
    }

    @Test
    void aServerThatNeverAnswersIsGivenUpInTime() throws Exception {
        server = new ScriptedServer((connection, words) -> {});
        assertThatThrownBy(() -> connect(LinkSettings.builder()
                        .connectTimeout(Duration.ofMillis(200))
                        .build()))
                .hasMessageContaining(server.endpoint() + ": HELLO: no answer within 200 ms");
    }

    @Test
    void aServerThatClosesAtOnceIsNamed() throws Exception {
        server = new ScriptedServer((connection, words) -> connection.close());
        assertThatThrownBy(() -> connect(LinkSettings.DEFAULT))
                .hasMessageContaining(server.endpoint().toString())
                .hasMessageMatching("(?s).*(closed the connection|connection broke).*");
    }

    @Test
    void aRefusedConnectionIsNamed() throws Exception {
        server = new ScriptedServer((connection, words) -> {});
        server.close();
        assertThatThrownBy(() -> connect(LinkSettings.DEFAULT))
                .hasMessageContaining(server.endpoint() + ": cannot connect")
                .hasMessageContaining("refused");
    }

    @Test
    void oneCallBeyondTheBoundIsRefusedAndKnownNotApplied() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        server = ScriptedServer.resp3((connection, words) -> {
            awaitLatch(answer);
            connection.send("+" + words.get(1) + "\r\n");
        });
        Link link = connect(LinkSettings.builder().maxInFlight(2).build());
        RecordedCall first = send(link, "ECHO", "1");
        RecordedCall second = send(link, "ECHO", "2");
        assertThat(link.inFlight()).isEqualTo(2);
        failsWith(send(link, "ECHO", "3"), Kind.FULL, "link full: 2 calls");
        answer.countDown();
        assertThat(first.outcome()).isEqualTo(new Reply.Simple("1"));
        assertThat(second.outcome()).isEqualTo(new Reply.Simple("2"));
        assertThat(send(link, "ECHO", "4").outcome()).isEqualTo(new Reply.Simple("4"));
        assertThat(server.received).doesNotContain("ECHO 3");
        assertThat(link.inFlight()).isZero();
    }

    @Test
    void aServerThatRepeatsThePasswordDoesNotGetItIntoTheError() throws Exception {
        server = new ScriptedServer((connection, words) -> {
            if (words != null) {
                connection.send("-ERR unknown command '" + words.get(0) + "', with args beginning with: "
                        + words.subList(1, words.size()) + "\r\n");
            }
        });
        assertThatThrownBy(() -> connect(LinkSettings.builder()
                        .login(Login.fixed(new Credentials(null, "s3cret")))
                        .build()))
                .hasMessageContaining("AUTH: the server refused")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void urgentCallsGetThroughAFullLinkUpToTheirOwnBound() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        server = ScriptedServer.resp3((connection, words) -> {
            awaitLatch(answer);
            connection.send("+" + words.get(1) + "\r\n");
        });
        Link link = connect(LinkSettings.builder().maxInFlight(1).build());
        send(link, "ECHO", "call");
        failsWith(send(link, "ECHO", "refused"), Kind.FULL, "link full: 1 calls");
        RecordedCall urgent = null;
        for (int i = 0; i < Link.RESERVE; i++) {
            urgent = new RecordedCall("ECHO", "urgent " + i);
            link.sendUrgent(urgent);
        }
        RecordedCall tooMany = new RecordedCall("ECHO", "too many");
        link.sendUrgent(tooMany);
        failsWith(tooMany, Kind.FULL, "link full");
        answer.countDown();
        assertThat(urgent.outcome()).isEqualTo(new Reply.Simple("urgent " + (Link.RESERVE - 1)));
    }

    @Test
    void aRequestThatNoServerCouldTakeIsRefusedAsSuch() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("+" + words.get(0) + "\r\n"));
        Link link = connect(LinkSettings.DEFAULT);
        byte[] large = new byte[1 << 20];
        byte[][] argv = new byte[2049][];
        Arrays.fill(argv, large); // Two gigabytes and a bit, of one megabyte of memory.
        RecordedCall call = new RecordedCall(argv);
        link.send(call);
        failsWith(call, Kind.UNSENDABLE, "the bound is");
        assertThat(link.inFlight()).isZero();
        assertThat(send(link, "PING").outcome()).isEqualTo(new Reply.Simple("PING"));
    }

    @Test
    void whatTheSocketDidNotTakeIsKnownNotApplied() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        // The server reads one request and then nothing: the socket's buffers fill up.
        server = ScriptedServer.resp3((connection, words) -> awaitLatch(over));
        Link link = connect(LinkSettings.DEFAULT);
        String large = "x".repeat(1 << 20);
        List<RecordedCall> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(send(link, "SET", "k" + i, large));
        }
        link.abort("the test is over");
        List<Kind> kinds = new ArrayList<>();
        for (RecordedCall call : calls) {
            kinds.add(((LinkException) call.outcome()).kind());
        }
        over.countDown();
        assertThat(kinds.get(0)).isEqualTo(Kind.OUTCOME_UNKNOWN);
        assertThat(kinds.get(63)).isEqualTo(Kind.NOT_WRITTEN);
        assertThat(kinds).isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(server.received).hasSizeLessThan(kinds.lastIndexOf(Kind.OUTCOME_UNKNOWN) + 3);
        assertThat(link.inFlight()).isZero();
    }

    @Test
    void aHundredThousandCallsOfFourThreadsAreEachAnsweredOnceAndInOrder() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("+" + words.get(1) + "\r\n"));
        Link link = connect(LinkSettings.builder().maxInFlight(1 << 17).build());
        int threads = 4;
        int each = 25_000;
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger outOfOrder = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(threads * each);
        List<AtomicInteger> counts = new CopyOnWriteArrayList<>();
        for (int t = 0; t < threads; t++) {
            String prefix = t + ":";
            AtomicLong last = new AtomicLong(-1);
            Thread sender = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    long number = i;
                    RecordedCall call = new RecordedCall(
                            reader -> {
                                if (!reader.readString().equals(prefix + number)) {
                                    wrong.incrementAndGet();
                                }
                                if (last.getAndSet(number) != number - 1) {
                                    outOfOrder.incrementAndGet();
                                }
                                done.countDown();
                                return "";
                            },
                            "ECHO",
                            prefix + number);
                    if (number % 100 == 0) {
                        counts.add(call.completions);
                    }
                    link.send(call);
                }
            });
            sender.start();
        }
        assertThat(done.await(25, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong).hasValue(0);
        assertThat(outOfOrder).hasValue(0);
        await().untilAsserted(() -> assertThat(counts).hasSize(1000).allMatch(count -> count.get() == 1));
        assertThat(link.inFlight()).isZero();
        assertThat(link.latencyNanos(System.nanoTime())).isPositive();
    }

    @Test
    void everyCallEndsOnceWhenTheServerResetsUnderLoad() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        server = ScriptedServer.resp3((connection, words) -> {
            if (answered.incrementAndGet() == 500) {
                connection.reset();
            } else {
                connection.send("+OK\r\n");
            }
        });
        Link link = connect(LinkSettings.DEFAULT);
        List<RecordedCall> calls = new CopyOnWriteArrayList<>();
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread sender = new Thread(() -> {
                for (int i = 0; i < 1000; i++) {
                    calls.add(send(link, "INCR", "k"));
                }
            });
            senders.add(sender);
            sender.start();
        }
        for (Thread sender : senders) {
            sender.join();
        }
        for (RecordedCall call : calls) {
            call.outcome();
        }
        assertThat(calls).allMatch(call -> call.completions.get() == 1);
        assertThat(link.inFlight()).isZero();
        await().untilAsserted(() -> assertThat(ends).hasSize(1)); // It is told after the last call has failed.
    }

    @Test
    void closingInGoodOrderWaitsForTheReplies() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        server = ScriptedServer.resp3((connection, words) -> {
            awaitLatch(answer);
            connection.send("+done\r\n");
        });
        Link link = connect(LinkSettings.DEFAULT);
        RecordedCall call = send(link, "SLOW");
        var closed = link.close(Duration.ofSeconds(10));
        await().until(() -> !link.isOpen());
        failsWith(send(link, "LATE"), Kind.NOT_WRITTEN, "closed");
        assertThat(closed).isNotDone();
        answer.countDown();
        assertThat(call.outcome()).isEqualTo(new Reply.Simple("done"));
        closed.get(5, TimeUnit.SECONDS);
    }

    @Test
    void eachConnectionIsAnIncarnationOfItsOwn() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> connection.send("+OK\r\n"));
        long before = System.nanoTime();
        Link first = connect(LinkSettings.DEFAULT);
        Link second = connect(LinkSettings.DEFAULT);
        assertThat(second.id()).isGreaterThan(first.id()).isPositive();
        assertThat(first.openedNanos()).isBetween(before, System.nanoTime());
        first.abort("no longer wanted");
        await().untilAsserted(() -> assertThat(ends).hasSize(1));
        assertThat(ends.get(0)).hasMessage(server.endpoint() + ": no longer wanted");
        assertThat(second.isOpen()).isTrue();
    }

    @Test
    void closingInGoodOrderEndsAtItsBound() throws Exception {
        server = ScriptedServer.resp3((connection, words) -> {});
        Link link = connect(LinkSettings.DEFAULT);
        RecordedCall call = send(link, "NEVER");
        link.close(Duration.ofMillis(50)).get(5, TimeUnit.SECONDS);
        failsWith(call, Kind.OUTCOME_UNKNOWN, "closed here");
    }

    @Test
    void aReplyThatIsOverdueShows() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        server = ScriptedServer.resp3((connection, words) -> {
            if (words.get(0).equals("STALL")) {
                awaitLatch(stalled);
            }
            connection.send("+OK\r\n");
        });
        Link link = connect(LinkSettings.DEFAULT);
        for (int i = 0; i < 50; i++) {
            send(link, "PING").outcome();
        }
        assertThat(link.oldestWaitNanos(System.nanoTime())).isZero();
        RecordedCall call = send(link, "STALL");
        await().until(() -> link.isOverdue(System.nanoTime()));
        assertThat(link.oldestWaitNanos(System.nanoTime())).isPositive();
        stalled.countDown();
        call.outcome();
        assertThat(link.isOverdue(System.nanoTime())).isFalse();
    }

    @Test
    void pushesGoToTheListenerAndLeaveTheOrderAlone() throws Exception {
        server = ScriptedServer.resp3((connection, words) ->
                connection.send(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n+" + words.get(0) + "\r\n"));
        Link link = connect(LinkSettings.DEFAULT);
        assertThat(send(link, "ONE").outcome()).isEqualTo(new Reply.Simple("ONE"));
        assertThat(pushes)
                .containsExactly(new Reply.Sequence(
                        Reply.Kind.PUSH, List.of(Reply.bulk("invalidate"), Reply.array(Reply.bulk("k")))));
    }

    @Test
    void aSubscriptionEndsWithItsLastConfirmationInBothProtocols() throws Exception {
        for (String marker : List.of(">", "*")) {
            pushes.clear();
            server = new ScriptedServer((connection, words) -> {
                if (words == null) {
                    return;
                }
                switch (words.get(0)) {
                    case "HELLO" ->
                        connection.send(
                                marker.equals(">")
                                        ? ScriptedServer.HELLO
                                        : "-NOPROTO unsupported protocol version\r\n");
                    case "SUBSCRIBE" ->
                        connection.send(marker + "3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n" + marker
                                + "3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n" + marker
                                + "3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n");
                    default -> connection.send("+PONG\r\n");
                }
            });
            Link link = connect(LinkSettings.DEFAULT.withUse(LinkSettings.Use.SUBSCRIPTIONS));
            RecordedCall subscribe = send(link, "SUBSCRIBE", "a", "b");
            RecordedCall ping = send(link, "PING");
            assertThat(((Reply) subscribe.outcome()).asStrings()).containsExactly("subscribe", "b", "2");
            assertThat(ping.outcome()).isEqualTo(new Reply.Simple("PONG"));
            assertThat(pushes)
                    .extracting(Reply::asStrings)
                    .contains(List.of("message", "a", "hi"))
                    .hasSize(3);
            server.close();
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
