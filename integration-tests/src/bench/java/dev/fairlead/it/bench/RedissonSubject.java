package dev.fairlead.it.bench;

import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import java.util.concurrent.CompletionStage;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.MasterSlaveServersConfig;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;

/** Redisson: its own pools; buckets of strings; reads from replicas where there are some. */
final class RedissonSubject implements Subject {
    private final RedissonClient client;

    RedissonSubject(TestNode node) {
        Config config = new Config();
        config.useSingleServer().setAddress(url(node));
        client = Redisson.create(config);
    }

    RedissonSubject(ClusterUnderTest cluster) {
        Config config = new Config();
        if (cluster.sentinels().isEmpty()) {
            MasterSlaveServersConfig servers = config.useMasterSlaveServers();
            servers.setMasterAddress(url(cluster.master()));
            cluster.replicas().forEach(replica -> servers.addSlaveAddress(url(replica)));
            servers.setReadMode(ReadMode.SLAVE);
        } else {
            SentinelServersConfig servers = config.useSentinelServers();
            servers.setMasterName(ClusterUnderTest.MASTER_NAME);
            cluster.sentinels().forEach(sentinel -> servers.addSentinelAddress(url(sentinel)));
            servers.setReadMode(ReadMode.SLAVE);
        }
        client = Redisson.create(config);
    }

    private static String url(TestNode node) {
        return "redis://" + node.address();
    }

    private RBucket<String> bucket(String key) {
        return client.getBucket(key, StringCodec.INSTANCE);
    }

    @Override
    public String name() {
        return "Redisson";
    }

    @Override
    public String get(String key) {
        return bucket(key).get();
    }

    @Override
    public void set(String key, String value) {
        bucket(key).set(value);
    }

    @Override
    public void append(String list, String value) {
        client.<String>getList(list, StringCodec.INSTANCE).add(value);
    }

    @Override
    public byte[] getBytes(String key) {
        return client.<byte[]>getBucket(key, ByteArrayCodec.INSTANCE).get();
    }

    @Override
    public CompletionStage<?> getAsync(String key) {
        return bucket(key).getAsync();
    }

    @Override
    public CompletionStage<?> setAsync(String key, String value) {
        return bucket(key).setAsync(value);
    }

    @Override
    public CompletionStage<?> getBytesAsync(String key) {
        return client.<byte[]>getBucket(key, ByteArrayCodec.INSTANCE).getAsync();
    }

    @Override
    public void batch(String[] keys, String[] values) {
        RBatch batch = client.createBatch();
        for (int i = 0; i < keys.length; i++) {
            var bucket = batch.<String>getBucket(keys[i], StringCodec.INSTANCE);
            if (values[i] == null) {
                bucket.getAsync();
            } else {
                bucket.setAsync(values[i]);
            }
        }
        batch.execute();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
