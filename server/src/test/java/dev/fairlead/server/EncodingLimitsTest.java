package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The limits of the small encodings, set while the server runs, decide as they do on a real server: the same commands, the same OBJECT ENCODING. */
@Timeout(60)
class EncodingLimitsTest {
    private static final long SEED = Long.getLong("fairlead.seed", 1);
    private static final int COMMANDS = 1_500;
    private static final List<String> NAMES = List.of(
            "hash-max-listpack-entries",
            "hash-max-ziplist-entries",
            "hash-max-listpack-value",
            "hash-max-ziplist-value",
            "set-max-intset-entries",
            "zset-max-listpack-entries",
            "zset-max-ziplist-entries",
            "zset-max-listpack-value",
            "zset-max-ziplist-value");
    private static final List<String> KEYS = List.of("h0", "h1", "s0", "s1", "z0", "z1");

    @TempDir
    Path dir;

    private final Random random = new Random(SEED);

    private String[] next() {
        String n = "" + random.nextInt(2);
        String small = "" + random.nextInt(30);
        String member = random.nextInt(8) == 0 ? "x".repeat(random.nextInt(20)) : small;
        return switch (random.nextInt(13)) {
            case 0 -> new String[] {"CONFIG", "SET", NAMES.get(random.nextInt(NAMES.size())), "" + random.nextInt(16)};
            case 1, 2 -> new String[] {"HSET", "h" + n, small, member};
            case 3 -> new String[] {"HDEL", "h" + n, small};
            case 4, 5 -> new String[] {"SADD", "s" + n, small};
            case 6 -> new String[] {"SREM", "s" + n, small};
            case 7, 8 -> new String[] {"ZADD", "z" + n, small, member};
            case 9 -> new String[] {"ZUNIONSTORE", "z" + n, "2", "z0", "s1"};
            case 10 -> new String[] {"ZRANGESTORE", "z" + n, "z0", "0", "" + random.nextInt(10)};
            case 11 ->
                new String[] {"COPY", KEYS.get(2 * random.nextInt(3)), KEYS.get(2 * random.nextInt(3) + 1), "REPLACE"};
            default -> new String[] {"DEL", KEYS.get(random.nextInt(KEYS.size()))};
        };
    }

    @Test
    void decideAsOnARealServer() {
        System.out.println("EncodingLimitsTest seed=" + SEED);
        int small = 0;
        int large = 0;
        try (FairleadServer server = FairleadServer.builder().start();
                RealRedis real = new RealRedis(dir);
                Talk ours = new Talk(server.port());
                Talk theirs = new Talk(real.port)) {
            for (int i = 0; i < COMMANDS; i++) {
                String[] command = next();
                assertThat(ours.call(command))
                        .as("command %d, seed=%d: %s", i, SEED, String.join(" ", command))
                        .isEqualTo(theirs.call(command));
                for (String key : KEYS) {
                    String encoding = ours.call("OBJECT", "ENCODING", key);
                    assertThat(encoding)
                            .as("%s after command %d, seed=%d: %s", key, i, SEED, String.join(" ", command))
                            .isEqualTo(theirs.call("OBJECT", "ENCODING", key));
                    small += "listpack".equals(encoding) || "intset".equals(encoding) ? 1 : 0;
                    large += "hashtable".equals(encoding) || "skiplist".equals(encoding) ? 1 : 0;
                }
            }
            for (String name : NAMES) {
                assertThat(ours.call("CONFIG", "GET", name)).isEqualTo(theirs.call("CONFIG", "GET", name));
            }
        }
        assertThat(small).as("looks at a small one").isGreaterThan(COMMANDS / 5);
        assertThat(large).as("looks at a large one").isGreaterThan(COMMANDS / 5);
    }
}
