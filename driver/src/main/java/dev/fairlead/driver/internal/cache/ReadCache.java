package dev.fairlead.driver.internal.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.driver.Command;
import dev.fairlead.driver.internal.link.Link;
import dev.fairlead.driver.internal.link.LinkCall;
import dev.fairlead.driver.internal.link.LinkException;
import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What reads of some keys were answered, by key and then by the whole question. Bounded in bytes, which bounds the entries too.
 *
 * <p>Guarantees: an answer is given out only with the link it came over, and what was kept of a link is gone, or replaced by a later
 * answer, once that link has brought the word that the key changed. Whether the link still stands, and whether the answer is fresh enough,
 * is for the one who asks.
 *
 * <p>Thread-safe. A link's answers and its invalidations are both taken on its event loop, in the order in which they came.
 */
public final class ReadCache {
    private static final Logger LOG = LoggerFactory.getLogger(ReadCache.class);

    /** Reads of one key whose answer depends on nothing but what the key holds; no cursors, no chance, no time that passes. */
    private static final Set<String> COMMANDS = Set.of(
            "get",
            "getrange",
            "strlen",
            "getbit",
            "bitcount",
            "bitpos",
            "exists",
            "type",
            "hget",
            "hmget",
            "hgetall",
            "hkeys",
            "hvals",
            "hlen",
            "hexists",
            "hstrlen",
            "llen",
            "lrange",
            "lindex",
            "lpos",
            "scard",
            "smembers",
            "sismember",
            "smismember",
            "zcard",
            "zcount",
            "zlexcount",
            "zrange",
            "zrangebyscore",
            "zrangebylex",
            "zrevrange",
            "zrevrangebyscore",
            "zrevrangebylex",
            "zrank",
            "zrevrank",
            "zscore",
            "zmscore",
            "geopos",
            "geodist",
            "geohash",
            "geosearch",
            "xlen",
            "xrange",
            "xrevrange",
            "pfcount");

    /** What an entry costs beside its bytes, roughly: some objects of a map. */
    private static final int OVERHEAD_BYTES = 200;

    /** Of one key's questions: who asks more of them, as for many fields of one hash, starts over. */
    private static final int QUESTIONS_PER_KEY = 64;

    /** Bytes that compare by what is in them. They belong to a command and never change. */
    private record Bytes(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** A read that may be kept. */
    public static final class Question {
        private final Bytes key;
        private final byte[][] argv;
        private final int hash;

        private Question(byte[] key, byte[][] argv) {
            this.key = new Bytes(key);
            this.argv = argv;
            this.hash = Arrays.deepHashCode(argv);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Question that && hash == that.hash && Arrays.deepEquals(argv, that.argv);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * What a node answered.
     *
     * @param reply as it came
     * @param proven whether {@code asOfNanos} means anything
     * @param asOfNanos the node's freshness when the question was sent: what was acknowledged before is in the answer
     */
    public record Answer(byte[] reply, long linkId, boolean proven, long asOfNanos) {}

    private final List<byte[]> prefixes;
    private final long maxBytes;
    private final Cache<Bytes, Map<Question, Answer>> answers;

    /** Links whose server has promised to tell of changes. */
    private final Set<Long> tracking = ConcurrentHashMap.newKeySet();

    /**
     * @param prefixes of the keys whose reads are kept; none of them begins with another
     * @param maxBytes of replies, keys and what it takes to keep them
     */
    public ReadCache(List<String> prefixes, long maxBytes) {
        this.prefixes = prefixes.stream()
                .map(each -> each.getBytes(StandardCharsets.UTF_8))
                .toList();
        this.maxBytes = maxBytes;
        this.answers = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Bytes key, Map<Question, Answer> all) -> weight(key, all))
                .executor(Runnable::run) // Maintenance is short; no thread of the common pool is borrowed for it.
                .build();
    }

    private static int weight(Bytes key, Map<Question, Answer> all) {
        long weight = key.bytes.length + OVERHEAD_BYTES;
        for (Map.Entry<Question, Answer> each : all.entrySet()) {
            weight += OVERHEAD_BYTES + each.getValue().reply.length;
            for (byte[] argument : each.getKey().argv) {
                weight += argument.length;
            }
        }
        return (int) Math.min(weight, Integer.MAX_VALUE);
    }

    /** The command as a question that is kept; null when it is none: another command, or none of the prefixes. */
    public Question question(Command<?> command) {
        CommandSpec spec = command.spec();
        if (!COMMANDS.contains(spec.name())) {
            return null;
        }
        int[] keys = spec.keyPositions(command.argv());
        if (keys.length != 1) {
            return null;
        }
        byte[] key = command.argv()[keys[0]];
        for (byte[] prefix : prefixes) {
            if (key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
                return new Question(key, command.argv());
            }
        }
        return null;
    }

    /** Null when nothing is kept. */
    public Answer find(Question question) {
        Map<Question, Answer> all = answers.getIfPresent(question.key);
        return all == null ? null : all.get(question);
    }

    /** Whether answers of this link are told of when they change, so that they may be kept, and what was kept still stands. */
    public boolean isTracked(long linkId) {
        return tracking.contains(linkId);
    }

    /** Keeps an answer, when its link is tracked and it is no larger than a sixteenth of the cache. On the event loop of its link. */
    public void keep(Question question, Answer answer) {
        if (!isTracked(answer.linkId) || answer.reply.length > maxBytes / 16) {
            return;
        }
        answers.asMap().compute(question.key, (key, all) -> {
            Map<Question, Answer> next =
                    all == null || all.size() >= QUESTIONS_PER_KEY ? new HashMap<>() : new HashMap<>(all);
            next.put(question, answer);
            return Map.copyOf(next);
        });
    }

    /** A link is there, and no call uses it yet: asks its server to tell of changes. Where it cannot, nothing of that link is kept. */
    public void opened(Link link) {
        List<byte[]> words = new ArrayList<>();
        for (String word : new String[] {"CLIENT", "TRACKING", "ON", "BCAST"}) {
            words.add(word.getBytes(StandardCharsets.US_ASCII));
        }
        for (byte[] prefix : prefixes) {
            words.add("PREFIX".getBytes(StandardCharsets.US_ASCII));
            words.add(prefix);
        }
        if (link.protocol() == 3) {
            link.sendUrgent(new Tracking(link, words.toArray(byte[][]::new)));
        } else {
            LOG.warn("{} speaks no RESP3, so nothing that it answers is cached", link);
        }
    }

    /** What a server says unasked. On the event loop of its link. */
    public void pushed(Reply.Sequence push) {
        List<Reply> parts = push.elements();
        if (parts.size() != 2 || !parts.get(0).asString().equals("invalidate")) {
            return;
        }
        if (parts.get(1) instanceof Reply.Sequence keys) {
            for (Reply key : keys.elements()) {
                answers.invalidate(new Bytes(key.asBytes()));
            }
        } else {
            clear(); // Everything was flushed.
        }
    }

    /** A link is gone; whoever asks sees that by itself, this only keeps the books short. */
    public void closed(Link link) {
        tracking.remove(link.id());
    }

    /** Forgets everything. */
    public void clear() {
        answers.invalidateAll();
    }

    private final class Tracking extends LinkCall {
        private final Link link;

        Tracking(Link link, byte[][] argv) {
            super(argv);
            this.link = link;
        }

        @Override
        protected void onReply(RespReader reply) {
            tracking.add(link.id());
        }

        @Override
        protected void onError(Reply.ServerError error) {
            LOG.warn("nothing that {} answers is cached: it refuses CLIENT TRACKING ({})", link, error.text());
        }

        @Override
        protected void onFailure(LinkException failure) {
            LOG.debug("{} ended before it was tracked", link, failure);
        }
    }
}
