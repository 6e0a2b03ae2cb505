package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.Credentials;
import dev.fairlead.driver.internal.link.LinkException.Kind;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What is said between the connect and the first call, one step after the other: the TLS handshake, where there is one, which the
 * pipeline does; {@code HELLO 3 [AUTH …] [SETNAME …]}, and where the
 * server does not know that, {@code AUTH}, {@code CLIENT SETNAME} and a {@code PING} in RESP2; then {@code SELECT}; and to
 * Valkey {@code READONLY} and {@code CLIENT CAPA redirect}. Every step but those two must
 * succeed; what went wrong in which step is what the link's future fails with. Confined to the event loop.
 */
final class Handshake {
    private static final Set<String> NOT_LET_IN = Set.of("WRONGPASS", "NOAUTH", "NOPERM");

    private final Link link;
    private final Wire wire;
    private final LinkSettings settings;
    private final CompletableFuture<Link> opened;
    private final ArrayDeque<String[]> steps = new ArrayDeque<>();
    private Credentials credentials;
    /** Whether they are still to be asked for. */
    private boolean redirects;

    private String step = "connect";
    private EventLoop loop;
    private Future<?> timeout;

    Handshake(Link link, Wire wire, LinkSettings settings, CompletableFuture<Link> opened) {
        this.link = link;
        this.wire = wire;
        this.settings = settings;
        this.opened = opened;
    }

    void start(EventLoop eventLoop) {
        loop = eventLoop;
        long millis = settings.connectTimeout().toMillis();
        timeout = loop.schedule(
                () -> wire.close(
                        "no answer within " + millis + " ms"
                                + (step.equals("TLS") ? "; does this port speak TLS?" : ""),
                        null),
                millis,
                TimeUnit.MILLISECONDS);
        if (settings.database() != 0) {
            steps.add(new String[] {"SELECT", Integer.toString(settings.database())});
        }
        if (settings.tls() == null) {
            hello();
        } else {
            step = "TLS"; // Begins by itself, and ends with secured().
        }
    }

    /** The TLS handshake is over. */
    void secured() {
        hello();
    }

    private void hello() {
        List<String> hello = new ArrayList<>(List.of("HELLO", "3"));
        credentials = settings.login().current();
        if (credentials != null) {
            String user = credentials.user() == null ? "default" : credentials.user();
            hello.addAll(List.of("AUTH", user, credentials.password()));
        }
        if (settings.clientName() != null) {
            hello.addAll(List.of("SETNAME", settings.clientName()));
        }
        step = "HELLO";
        link.sendNow(new Step(hello.toArray(new String[0])) {
            @Override
            protected void onReply(RespReader reply) {
                Map<String, Reply> said = reply.readReply().asMap();
                if (said.get("proto").asLong() != 3) {
                    throw new IllegalStateException("HELLO 3 was answered with another protocol");
                }
                wire.protocol(3);
                Reply server = said.get("server");
                redirects = !settings.subscriber()
                        && server != null
                        && server.asString().equals("valkey");
                next();
            }

            @Override
            protected void onError(Reply.ServerError error) {
                if (isUnknown(error)) {
                    speakResp2();
                } else {
                    super.onError(error);
                }
            }
        });
    }

    /** Servers before 6.0, and those whose HELLO was renamed away, have never heard of it; others refuse the protocol by name. */
    private static boolean isUnknown(Reply.ServerError error) {
        return error.code().equals("NOPROTO")
                || (error.code().equals("ERR") && error.message().startsWith("unknown command"));
    }

    private void speakResp2() {
        // Asked last, and answered with NOAUTH where a password is missing: HELLO would have said so.
        steps.addFirst(new String[] {"PING"});
        if (settings.clientName() != null) {
            steps.addFirst(new String[] {"CLIENT", "SETNAME", settings.clientName()});
        }
        if (credentials != null) {
            steps.addFirst(Login.words(credentials));
        }
        next();
    }

    private void next() {
        String[] words = steps.poll();
        if (words != null) {
            step = words[0];
            link.sendNow(new Step(words));
            return;
        }
        if (redirects) {
            redirects = false;
            askForRedirects();
            return;
        }
        timeout.cancel(false);
        wire.opened();
        if (link.opened(loop)) {
            settings.login().opened(link, credentials);
            if (!opened.complete(link)) {
                link.abort("nobody waits for it any more");
            }
        }
    }

    /* Valkey: a replica that became one names its master (-REDIRECT) instead of saying READONLY, and one in the middle of a planned
    failover keeps a write until it knows. It then redirects reads too, unless READONLY was said before. A refusal of either changes
    nothing. */
    private void askForRedirects() {
        step = "READONLY";
        link.sendNow(new Step("READONLY") {
            @Override
            protected void onReply(RespReader reply) {
                step = "CLIENT";
                link.sendNow(new Step("CLIENT", "CAPA", "redirect") {
                    @Override
                    protected void onError(Reply.ServerError error) {
                        next();
                    }
                });
            }

            @Override
            protected void onError(Reply.ServerError error) {
                next();
            }
        });
    }

    /** The server has ended the connection: as it does when it expects TLS and reads a plain request. */
    String ended(String how) {
        return settings.tls() == null && step.equals("HELLO") ? how + "; does this port speak TLS?" : how;
    }

    /** The connection ended before it was over. */
    void failed(String reason, Throwable cause) {
        if (timeout != null) {
            timeout.cancel(false);
        }
        opened.completeExceptionally(
                new LinkException(Kind.NOT_CONNECTED, link.endpoint(), step + ": " + reason, cause));
    }

    /** One command of the handshake, whose reply only has to be no error. */
    private class Step extends LinkCall {
        Step(String... words) {
            super(Arrays.stream(words)
                    .map(word -> word.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new));
        }

        @Override
        protected void onReply(RespReader reply) {
            next();
        }

        @Override
        protected void onError(Reply.ServerError error) {
            if (NOT_LET_IN.contains(error.code())) {
                settings.login().refused();
            }
            wire.close("the server refused: " + Login.withoutPassword(error.text(), credentials), null);
        }

        @Override
        protected void onFailure(LinkException failure) {
            // Told to the future by the wire's end; a reply that makes no sense is the one thing that is noticed here.
            if (failure.kind() == Kind.UNREADABLE_REPLY) {
                wire.close("the answer makes no sense: " + failure.getCause().getMessage(), failure);
            }
        }
    }
}
