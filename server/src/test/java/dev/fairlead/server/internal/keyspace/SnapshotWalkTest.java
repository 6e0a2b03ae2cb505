package dev.fairlead.server.internal.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SnapshotWalkTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> content(Keyspace keyspace) {
        Map<String, String> content = new HashMap<>();
        for (int i = 0; i < keyspace.databases(); i++) {
            int database = i;
            keyspace.database(i)
                    .forEach(e -> content.put(
                            database + "/" + new String(e.key(), StandardCharsets.ISO_8859_1),
                            text(e.value()) + "@" + e.expireAtMillis()));
        }
        return content;
    }

    private static String text(Value value) {
        return new String(((StringValue) value).bytes(), StandardCharsets.ISO_8859_1);
    }

    /** One random change of any kind, all databases considered. */
    private static void change(Keyspace keyspace, Random random) {
        Database db = keyspace.database(random.nextInt(3));
        byte[] key = bytes("k" + random.nextInt(300));
        switch (random.nextInt(40)) {
            case 0 -> db.clear();
            case 1 -> keyspace.swap(random.nextInt(3), random.nextInt(3));
            case 2, 3, 4, 5, 6, 7, 8 -> db.remove(key);
            case 9, 10, 11, 12, 13 -> {
                Entry entry = db.find(key);
                if (entry != null) {
                    db.expireAt(entry, random.nextInt(1_000_000));
                }
            }
            case 14, 15, 16 -> {
                Entry entry = db.find(key);
                if (entry != null) {
                    db.persist(entry);
                }
            }
            case 17, 18, 19, 20, 21, 22 -> {
                Entry entry = db.find(key);
                if (entry != null) {
                    db.beforeChange(entry);
                    ((StringValue) entry.value()).edit(bytes("edited" + random.nextInt()));
                }
            }
            default -> db.put(key, new StringValue(bytes("v" + random.nextInt())));
        }
    }

    @Property(tries = 300)
    void handsOutEveryEntryOnceAsItWasWhenTheWalkBegan(@ForAll long seed) {
        Random random = new Random(seed);
        Keyspace keyspace = new Keyspace(3, new EncodingLimits());
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 1_000; i++) {
                change(keyspace, random);
            }
            Map<String, String> expected = content(keyspace);
            Map<String, String> walked = new HashMap<>();
            SnapshotWalk walk = keyspace.startWalk((database, key, value, expireAt) -> assertThat(walked.put(
                            database + "/" + new String(key, StandardCharsets.ISO_8859_1),
                            text(value) + "@" + expireAt))
                    .as("seed=%d: handed out twice", seed)
                    .isNull());
            int steps = 0;
            while (!walk.step(1 + random.nextInt(10))) {
                for (int i = random.nextInt(30); i > 0; i--) {
                    change(keyspace, random);
                }
                assertThat(++steps).as("seed=%d: the walk must end", seed).isLessThan(100_000);
            }
            assertThat(walked).as("seed=%d", seed).isEqualTo(expected);
            assertThat(keyspace.isWalking()).isFalse();
        }
    }

    @Test
    void thereIsOneWalkAtATimeAndACancelledOneMakesRoom() {
        Keyspace keyspace = new Keyspace();
        SnapshotWalk walk = keyspace.startWalk((database, key, value, expireAt) -> {});
        assertThatThrownBy(() -> keyspace.startWalk((database, key, value, expireAt) -> {}))
                .hasMessageContaining("in progress");
        walk.cancel();
        assertThat(keyspace.startWalk((database, key, value, expireAt) -> {}).step(10))
                .isTrue();
    }
}
