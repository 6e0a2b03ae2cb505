package dev.fairlead.driver.internal.link;

import dev.fairlead.driver.Credentials;
import dev.fairlead.driver.CredentialsSupplier;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of all links of one kind: what new ones begin with, and what the open ones authenticate with again when the supplier
 * gives others. Thread-safe; the supplier is asked on a thread of this class's own, which there is only with a supplier.
 *
 * <p>AUTH takes its place in the pipeline like any call, so what was sent before it counts for the old user and what follows for the new.
 * Two kinds of links are left as they are, authenticated as before: those that are lent, where AUTH could end up inside a transaction (their
 * pool does not lend them again), and subscriptions in RESP2, which may not say it.
 */
public final class Login implements AutoCloseable {
    /** For servers that ask for nothing. */
    public static final Login NONE = fixed(null);

    private static final Logger LOG = LoggerFactory.getLogger(Login.class);

    /** 1 s: a server that refuses what the supplier gives has it asked again once a second at most. */
    private static final long LEAST_GAP_MILLIS = 1000;

    /** How long a link that was refused may take to answer what it has. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final CredentialsSupplier supplier;
    private final Map<Link, Credentials> live = new ConcurrentHashMap<>();
    private final AtomicBoolean askingSoon = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor thread;
    private volatile Credentials current;

    private Login(Credentials first, CredentialsSupplier supplier, ScheduledThreadPoolExecutor thread) {
        this.current = first;
        this.supplier = supplier;
        this.thread = thread;
    }

    /** The same for as long as the client lives; null for none. */
    public static Login fixed(Credentials credentials) {
        return new Login(credentials, null, null);
    }

    /** Asks the supplier, now on the caller's thread. */
    public static Login supplied(CredentialsSupplier supplier) {
        Credentials first = Objects.requireNonNull(supplier.get(), "the supplier gave no credentials");
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "fairlead-credentials");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
        return new Login(first, supplier, thread);
    }

    /** From now on asks the supplier once in each period. */
    public void start(Duration period) {
        if (supplier != null) {
            thread.scheduleWithFixedDelay(this::ask, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Null for none. */
    Credentials current() {
        return current;
    }

    /** A link is open, after a handshake with these credentials. On its event loop. */
    void opened(Link link, Credentials used) {
        if (supplier == null) {
            return;
        }
        live.put(link, used);
        // Put first and compared after: a change in between finds the link among the live ones, or is seen here.
        refresh(link, used);
    }

    /** On its event loop. */
    void closed(Link link) {
        live.remove(link);
    }

    /** Whether the link is authenticated with the credentials of the moment. */
    boolean isCurrent(Link link) {
        return supplier == null || current.equals(live.get(link));
    }

    /** A server refused the credentials: perhaps there are others by now. */
    void refused() {
        if (supplier == null || !askingSoon.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.schedule(
                    () -> {
                        askingSoon.set(false);
                        ask();
                    },
                    LEAST_GAP_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("closed; nobody needs credentials any more", e);
        }
    }

    private void ask() {
        try {
            Credentials given = Objects.requireNonNull(supplier.get(), "the supplier gave no credentials");
            if (!given.equals(current)) {
                current = given;
                LOG.info("new credentials, of user {}", name(given));
                live.forEach(this::refresh);
            }
        } catch (RuntimeException e) {
            LOG.warn("the supplier of credentials failed; the ones before stay in use", e);
        }
    }

    private void refresh(Link link, Credentials used) {
        Credentials now = current;
        if (!now.equals(used) && link.mayAuthenticateAgain()) {
            link.sendUrgent(new Again(link, now));
        }
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }

    private static String name(Credentials credentials) {
        return credentials.user() == null ? "default" : credentials.user();
    }

    /** The words of AUTH. */
    static String[] words(Credentials credentials) {
        return credentials.user() == null
                ? new String[] {"AUTH", credentials.password()}
                : new String[] {"AUTH", credentials.user(), credentials.password()};
    }

    /** What does not know AUTH may answer with the arguments that it did not know. */
    static String withoutPassword(String text, Credentials credentials) {
        boolean hasSecret = credentials != null && !credentials.password().isEmpty();
        return hasSecret ? text.replace(credentials.password(), "(hidden)") : text;
    }

    /** AUTH on an open link. */
    private final class Again extends LinkCall {
        private final Link link;
        private final Credentials credentials;

        Again(Link link, Credentials credentials) {
            super(Arrays.stream(words(credentials))
                    .map(word -> word.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new));
            this.link = link;
            this.credentials = credentials;
        }

        @Override
        protected void onReply(RespReader reply) {
            live.computeIfPresent(link, (same, before) -> credentials);
            LOG.debug("{}: authenticated again as {}", link, name(credentials));
        }

        @Override
        protected void onError(Reply.ServerError error) {
            refuse(withoutPassword(error.text(), credentials));
        }

        @Override
        protected void onFailure(LinkException failure) {
            if (failure.kind() == LinkException.Kind.FULL) {
                refuse(failure.getMessage());
            } // Anything else is the end of the link.
        }

        private void refuse(String why) {
            LOG.warn("{}: new credentials of user {} were refused: {}", link.endpoint(), name(credentials), why);
            link.close(DRAIN, "the server refused the new credentials: " + why);
            refused();
        }
    }
}
