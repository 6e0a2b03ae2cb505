package dev.fairlead.driver.internal.discovery;

import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.resp.Reply;
import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Observation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Sentinel: a link to ask it questions, and one on which it tells its events unasked. Confined to the discovery thread but
 * for {@link #push}.
 */
final class SentinelConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelConnection.class);

    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Endpoint endpoint;
    private final String masterName;
    private final Discovery discovery;
    private final Dialer questions;
    private final Dialer news;
    private CompletableFuture<Void> underWay;
    private boolean answered;
    private long askedNanos;
    private boolean overdueTold;
    private long answeredNanos;
    private Set<Endpoint> others = Set.of();

    /** The last PING on the link for events, on which silence is normal; null when none is under way. */
    private CompletableFuture<Reply> ping;

    private long pingedNanos;

    SentinelConnection(Endpoint endpoint, String masterName, Discovery discovery) {
        this.endpoint = endpoint;
        this.masterName = masterName;
        this.discovery = discovery;
        this.answeredNanos = discovery.now();
        this.pingedNanos = answeredNanos;
        this.questions = discovery.sentinelDialer(endpoint, false, new Questions());
        this.news = discovery.sentinelDialer(endpoint, true, new News());
    }

    List<Dialer> dialers() {
        return List.of(questions, news);
    }

    /** Whether it ever named the master. */
    boolean hasAnswered() {
        return answered;
    }

    /** When it last answered a question, or was found. */
    long answeredNanos() {
        return answeredNanos;
    }

    /** The other Sentinels that it named in its last answer. */
    Set<Endpoint> others() {
        return others;
    }

    /** Looks whether an answer is overdue, on either link. */
    void watch(long now) {
        if (underWay != null && now - askedNanos > NodeConnection.DEAD_NANOS) {
            questions.abort(silence(now - askedNanos));
        } else if (underWay != null && now - askedNanos > NodeConnection.OVERDUE_NANOS && !overdueTold) {
            overdueTold = true;
            discovery.noteFailure("Sentinel " + endpoint, silence(now - askedNanos));
        }
        Link link = news.link();
        if (link == null) {
            ping = null;
        } else if (ping != null && !ping.isDone()) {
            if (now - pingedNanos > NodeConnection.DEAD_NANOS) {
                news.abort(silence(now - pingedNanos));
            }
        } else if (now - pingedNanos > PING_NANOS) {
            pingedNanos = now;
            ping = ReplyCall.ask(link, "PING");
        }
    }

    private static String silence(long nanos) {
        return "no answer for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
    }

    /** Asks for the master, its epoch and its replicas, and for the other Sentinels; the future always ends normally. */
    CompletableFuture<Void> ask() {
        if (underWay != null) {
            return underWay;
        }
        Link link = questions.link();
        if (link == null) {
            return CompletableFuture.completedFuture(null);
        }
        // The epoch before the address: a failover in between then gives the new master the old epoch, which the next
        // answer corrects. The other way round an old address would come with the new epoch, and be believed.
        CompletableFuture<Reply> master = ReplyCall.ask(link, "SENTINEL", "MASTER", masterName);
        CompletableFuture<Reply> address = ReplyCall.ask(link, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName);
        CompletableFuture<Reply> replicas = ReplyCall.ask(link, "SENTINEL", "REPLICAS", masterName);
        CompletableFuture<Reply> sentinels = ReplyCall.ask(link, "SENTINEL", "SENTINELS", masterName);
        CompletableFuture<Void> question = new CompletableFuture<>();
        underWay = question;
        askedNanos = discovery.now();
        overdueTold = false;
        CompletableFuture.allOf(address, master, replicas, sentinels)
                .whenComplete((nothing, failure) -> discovery.run(() -> {
                    underWay = null;
                    if (failure == null) {
                        report(address.join(), master.join(), replicas.join(), sentinels.join());
                    } else if (!address.isCompletedExceptionally()
                            && address.join().isNull()) {
                        discovery.noteFailure("Sentinel " + endpoint, "knows no master called '" + masterName + "'");
                    } else {
                        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                        discovery.noteFailure("Sentinel " + endpoint, String.valueOf(cause.getMessage()));
                    }
                    question.complete(null);
                }));
        return question;
    }

    private void report(Reply address, Reply master, Reply replicas, Reply sentinels) {
        try {
            List<Reply> pair = address.asList();
            Endpoint named = endpoint(pair.get(0).asString(), pair.get(1).asString());
            long epoch = master.asMap().get("config-epoch").asLong();
            List<Endpoint> known = new ArrayList<>();
            for (Reply each : replicas.asList()) {
                known.add(endpoint(each.asMap()));
            }
            answered = true;
            answeredNanos = discovery.now();
            discovery.usable("Sentinel " + endpoint);
            discovery.observe(new Observation.SentinelReported(endpoint, named, epoch, known, discovery.now()));
            Set<Endpoint> watchers = new HashSet<>();
            for (Reply each : sentinels.asList()) {
                watchers.add(endpoint(each.asMap()));
            }
            others = watchers;
            watchers.forEach(discovery::sentinelFound);
        } catch (RuntimeException e) {
            LOG.warn("Sentinel {} gave an answer that cannot be read", endpoint, e);
            discovery.noteFailure("Sentinel " + endpoint, "its answer cannot be read: " + e.getMessage());
        }
    }

    private Endpoint endpoint(Map<String, Reply> fields) {
        return endpoint(fields.get("ip").asString(), fields.get("port").asString());
    }

    private Endpoint endpoint(String host, String port) {
        return discovery.reached(new Endpoint(host, Integer.parseInt(port)));
    }

    private void push(Reply.Sequence push) {
        List<Reply> parts = push.elements();
        if (parts.size() == 3 && parts.get(0).asString().equals("message")) {
            String channel = parts.get(1).asString();
            String payload = parts.get(2).asString();
            long now = discovery.now();
            discovery.run(() -> heard(channel, payload, now));
        }
    }

    private void heard(String channel, String payload, long now) {
        LOG.debug("Sentinel {}: {} {}", endpoint, channel, payload);
        Observation observation = SentinelEvents.read(masterName, endpoint, channel, payload, now, discovery::reached);
        if (observation != null) {
            discovery.observe(observation);
        }
        if (SentinelEvents.isOurs(masterName, payload)) {
            discovery.suspect("Sentinel " + endpoint + " said " + channel);
        }
    }

    private final class Questions implements Dialer.Owner {
        @Override
        public void up(Link link) {
            ask();
        }

        @Override
        public void down(Link link, String reason) {
            unreachable(reason);
        }

        @Override
        public void unreachable(String reason) {
            discovery.noteFailure("Sentinel " + endpoint, reason);
        }
    }

    private final class News implements Dialer.Owner {
        @Override
        public void up(Link link) {
            List<String> words = new ArrayList<>(SentinelEvents.CHANNELS);
            words.add(0, "SUBSCRIBE");
            ReplyCall.ask(link, words.toArray(String[]::new)).whenComplete((reply, failure) -> {
                if (failure != null) {
                    LOG.warn("Sentinel {} refuses a subscription to its events: {}", endpoint, failure.getMessage());
                }
            });
            ask(); // What was said before the subscription is not heard: look.
        }

        @Override
        public void down(Link link, String reason) {
            LOG.debug("Sentinel {} is no longer heard: {}", endpoint, reason);
        }

        @Override
        public void unreachable(String reason) {
            discovery.noteFailure("Sentinel " + endpoint, reason);
        }

        @Override
        public void push(Link from, Reply.Sequence push) {
            SentinelConnection.this.push(push);
        }
    }
}
