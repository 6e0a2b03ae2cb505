package dev.fairlead.it.bench;

import dev.fairlead.it.harness.ClusterUnderTest;
import dev.fairlead.it.harness.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/** Jedis: a pool with a connection for each thread. It has no asynchronous calls and reads from the master only. */
final class JedisSubject implements Subject {
    private static final int CONNECTIONS = 64;

    private final UnifiedJedis client;

    JedisSubject(TestNode node) {
        client = RedisClient.builder()
                .hostAndPort(node.host(), node.port())
                .poolConfig(pool())
                .build();
    }

    JedisSubject(ClusterUnderTest cluster) {
        client = RedisSentinelClient.builder()
                .masterName(ClusterUnderTest.MASTER_NAME)
                .sentinels(cluster.sentinels().stream()
                        .map(sentinel -> new HostAndPort(sentinel.host(), sentinel.port()))
                        .collect(Collectors.toSet()))
                .poolConfig(pool())
                .build();
    }

    private static ConnectionPoolConfig pool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        return pool;
    }

    @Override
    public String name() {
        return "Jedis";
    }

    @Override
    public String get(String key) {
        return client.get(key);
    }

    @Override
    public void set(String key, String value) {
        client.set(key, value);
    }

    @Override
    public void append(String list, String value) {
        client.rpush(list, value);
    }

    @Override
    public byte[] getBytes(String key) {
        return client.get(key.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isAsync() {
        return false;
    }

    @Override
    public CompletionStage<?> getAsync(String key) {
        throw new UnsupportedOperationException(name());
    }

    @Override
    public CompletionStage<?> setAsync(String key, String value) {
        throw new UnsupportedOperationException(name());
    }

    @Override
    public CompletionStage<?> getBytesAsync(String key) {
        throw new UnsupportedOperationException(name());
    }

    @Override
    public boolean readsFromReplicas() {
        return false;
    }

    @Override
    public void batch(String[] keys, String[] values) {
        List<Response<String>> replies = new ArrayList<>(keys.length);
        try (Pipeline pipeline = (Pipeline) client.pipelined()) {
            for (int i = 0; i < keys.length; i++) {
                replies.add(values[i] == null ? pipeline.get(keys[i]) : pipeline.set(keys[i], values[i]));
            }
            pipeline.sync();
        }
        replies.forEach(Response::get);
    }

    @Override
    public void batchBytes(String key, int count) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        List<Response<byte[]>> replies = new ArrayList<>(count);
        try (Pipeline pipeline = (Pipeline) client.pipelined()) {
            for (int i = 0; i < count; i++) {
                replies.add(pipeline.get(name));
            }
            pipeline.sync();
        }
        replies.forEach(Response::get);
    }

    @Override
    public void close() {
        client.close();
    }
}
