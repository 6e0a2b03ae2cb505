package dev.fairlead.it.bench;

import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Lettuce: one shared connection; reads from any replica where there are some. */
final class LettuceSubject implements Subject {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final RedisClient client = RedisClient.create();
    private final StatefulRedisConnection<String, String> text;
    private final StatefulRedisConnection<String, String> batches;
    private final StatefulRedisConnection<byte[], byte[]> bytes;

    /** One server. */
    LettuceSubject(TestNode node) {
        RedisURI uri = RedisURI.Builder.redis(node.host(), node.port())
                .withTimeout(TIMEOUT)
                .build();
        text = client.connect(StringCodec.UTF8, uri);
        bytes = client.connect(ByteArrayCodec.INSTANCE, uri);
        batches = client.connect(StringCodec.UTF8, uri);
        batches.setAutoFlushCommands(false);
    }

    /** By its Sentinels, where it has some, or by its master, which tells of its replicas. */
    LettuceSubject(ClusterUnderTest cluster) {
        RedisURI uri;
        if (cluster.sentinels().isEmpty()) {
            TestNode master = cluster.master();
            uri = RedisURI.create(master.host(), master.port());
        } else {
            RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(ClusterUnderTest.MASTER_NAME);
            cluster.sentinels().forEach(sentinel -> builder.withSentinel(sentinel.host(), sentinel.port()));
            uri = builder.build();
        }
        uri.setTimeout(TIMEOUT);
        StatefulRedisMasterReplicaConnection<String, String> connection =
                MasterReplica.connect(client, StringCodec.UTF8, uri);
        connection.setReadFrom(ReadFrom.ANY_REPLICA);
        text = connection;
        bytes = null;
        batches = null;
    }

    @Override
    public String name() {
        return "Lettuce";
    }

    @Override
    public String get(String key) {
        return text.sync().get(key);
    }

    @Override
    public void set(String key, String value) {
        text.sync().set(key, value);
    }

    @Override
    public void append(String list, String value) {
        text.sync().rpush(list, value);
    }

    @Override
    public byte[] getBytes(String key) {
        return bytes.sync().get(key.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<?> getAsync(String key) {
        return text.async().get(key);
    }

    @Override
    public CompletionStage<?> setAsync(String key, String value) {
        return text.async().set(key, value);
    }

    @Override
    public CompletionStage<?> getBytesAsync(String key) {
        return bytes.async().get(key.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void batch(String[] keys, String[] values) {
        RedisFuture<?>[] replies = new RedisFuture<?>[keys.length];
        for (int i = 0; i < keys.length; i++) {
            replies[i] = values[i] == null
                    ? batches.async().get(keys[i])
                    : batches.async().set(keys[i], values[i]);
        }
        batches.flushCommands();
        if (!LettuceFutures.awaitAll(TIMEOUT.toSeconds(), TimeUnit.SECONDS, replies)) {
            throw new IllegalStateException("A batch was not answered within " + TIMEOUT + ".");
        }
    }

    @Override
    public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
