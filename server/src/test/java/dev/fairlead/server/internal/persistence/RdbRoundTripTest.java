package dev.fairlead.server.internal.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.EncodingLimits;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.HashValue;
import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.StringValue;
import dev.fairlead.server.internal.keyspace.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is written comes back, whatever it is, in whatever pieces it comes, and while commands go on. */
class RdbRoundTripTest {
    private static final int KEYS = 60;

    /** A keyspace as text, so that differences can be read. */
    private static Map<String, String> describe(Keyspace keyspace) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < keyspace.databases(); i++) {
            int index = i;
            keyspace.database(i)
                    .forEach(entry -> all.put(
                            index + ":" + hex(entry.key()), entry.expireAtMillis() + " " + describe(entry.value())));
        }
        return all;
    }

    private static String describe(Value value) {
        List<String> parts = new ArrayList<>();
        if (value instanceof StringValue string) {
            parts.add(hex(string.bytes()));
        } else if (value instanceof ListValue list) {
            list.forEach(element -> parts.add(hex(element)));
        } else if (value instanceof SetValue set) {
            set.forEach(member -> parts.add(hex(member)));
            parts.sort(null);
        } else if (value instanceof HashValue hash) {
            hash.forEach((field, content) -> parts.add(hex(field) + "=" + hex(content)));
            parts.sort(null);
        } else if (value instanceof SortedSetValue sorted) {
            sorted.forEach((member, score) -> parts.add(hex(member) + "@" + score));
        }
        return value.typeName() + parts;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.toString(random.nextLong() >> random.nextInt(64)).getBytes(StandardCharsets.US_ASCII);
            case 1 -> new byte[0];
            case 2 -> "x".repeat(random.nextInt(20_000)).getBytes(StandardCharsets.US_ASCII);
            case 3 ->
                List.of("-0", "007", "-", "2147483648", "-2147483648", "+1", "00")
                        .get(random.nextInt(7))
                        .getBytes(StandardCharsets.US_ASCII);
            default -> {
                byte[] noise = new byte[random.nextInt(100)];
                random.nextBytes(noise);
                yield noise;
            }
        };
    }

    private static Value value(Random random) {
        int size = 1 + random.nextInt(random.nextInt(20) == 0 ? 700 : 10);
        switch (random.nextInt(5)) {
            case 0:
                return new StringValue(bytes(random));
            case 1:
                ListValue list = new ListValue();
                for (int i = 0; i < size; i++) {
                    list.addLast(bytes(random));
                }
                return list;
            case 2:
                SetValue set = new SetValue(new EncodingLimits());
                boolean integers = random.nextBoolean();
                for (int i = 0; i < size; i++) {
                    set.add(
                            integers
                                    ? Integer.toString(random.nextInt()).getBytes(StandardCharsets.US_ASCII)
                                    : bytes(random));
                }
                return set;
            case 3:
                HashValue hash = new HashValue(new EncodingLimits());
                for (int i = 0; i < size; i++) {
                    hash.put(bytes(random), bytes(random));
                }
                return hash;
            default:
                SortedSetValue sorted = new SortedSetValue(new EncodingLimits());
                for (int i = 0; i < size; i++) {
                    double score = random.nextInt(10) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
                    sorted.put(bytes(random), score);
                }
                return sorted;
        }
    }

    private static void putSomething(Keyspace keyspace, Random random) {
        Database database = keyspace.database(random.nextInt(keyspace.databases()));
        byte[] key = Integer.toString(random.nextInt(KEYS)).getBytes(StandardCharsets.US_ASCII);
        if (random.nextInt(4) == 0) {
            database.remove(key);
            return;
        }
        Entry entry = database.put(key, value(random));
        if (random.nextInt(3) == 0) {
            database.expireAt(entry, 1L << 40 | random.nextInt(1 << 30));
        }
    }

    private static Entry any(Database database, Random random) {
        return database.find(Integer.toString(random.nextInt(KEYS)).getBytes(StandardCharsets.US_ASCII));
    }

    private static void changeInPlace(Keyspace keyspace, Random random) {
        Database database = keyspace.database(random.nextInt(keyspace.databases()));
        Entry entry = any(database, random);
        if (entry == null) {
            return;
        }
        database.beforeChange(entry);
        if (entry.value() instanceof StringValue string) {
            string.edit(bytes(random));
        } else if (entry.value() instanceof ListValue list) {
            list.addFirst(bytes(random));
        } else if (entry.value() instanceof SetValue set) {
            set.add(bytes(random));
        } else if (entry.value() instanceof HashValue hash) {
            hash.put(bytes(random), bytes(random));
        } else if (entry.value() instanceof SortedSetValue sorted) {
            sorted.remove(sorted.random(random).key().clone());
            sorted.put(bytes(random), random.nextGaussian());
        }
    }

    /** Takes a value to another key, as RENAME does. */
    private static void rename(Keyspace keyspace, Random random) {
        Database database = keyspace.database(random.nextInt(keyspace.databases()));
        Entry entry = any(database, random);
        if (entry != null) {
            database.remove(entry.key());
            database.put(Integer.toString(random.nextInt(KEYS)).getBytes(StandardCharsets.US_ASCII), entry.value());
        }
    }

    private static Keyspace read(byte[] rdb, Random pieces) throws RdbException {
        Keyspace loaded = new Keyspace(4, new EncodingLimits());
        RdbReader.Sink sink = new RdbReader.Sink() {
            @Override
            public void aux(String name, String value) {
                assertThat(name).isEqualTo("repl-id");
            }

            @Override
            public void entry(int database, byte[] key, Value value, long expireAtMillis) {
                Entry entry = loaded.database(database).put(key, value);
                if (expireAtMillis != Entry.NO_EXPIRY) {
                    loaded.database(database).expireAt(entry, expireAtMillis);
                }
            }
        };
        RdbReader reader = new RdbReader(sink, new EncodingLimits());
        boolean done = false;
        for (int at = 0; at < rdb.length; ) {
            int count = Math.min(rdb.length - at, 1 + pieces.nextInt(pieces.nextBoolean() ? 3 : 5000));
            done = reader.feed(rdb, at, count);
            at += count;
        }
        assertThat(done).isTrue();
        assertThat(reader.rest()).isEmpty();
        return loaded;
    }

    @Property(tries = 30)
    void aSnapshotIsTheMomentOfItsStartWhateverIsWrittenMeanwhile(@ForAll long seed) throws RdbException {
        Random random = new Random(seed);
        Keyspace keyspace = new Keyspace(4, new EncodingLimits());
        for (int i = 0; i < 3 * KEYS; i++) {
            putSomething(keyspace, random);
        }
        Map<String, String> atStart = describe(keyspace);
        Snapshot snapshot =
                new Snapshot(keyspace, Map.of("repl-id", "a".repeat(40)), random.nextBoolean(), random.nextBoolean());
        ByteArrayOutputStream rdb = new ByteArrayOutputStream();
        boolean complete = false;
        while (!complete) {
            complete = snapshot.step(1 + random.nextInt(500), Long.MAX_VALUE);
            rdb.writeBytes(snapshot.take());
            if (!complete) {
                putSomething(keyspace, random);
                changeInPlace(keyspace, random);
                rename(keyspace, random);
            }
        }

        assertThat(describe(read(rdb.toByteArray(), random)))
                .as("seed=%d", seed)
                .isEqualTo(atStart);
    }

    @Property(tries = 100)
    void aDumpedValueIsRestored(@ForAll long seed) throws RdbException {
        Value value = value(new Random(seed));

        assertThat(describe(DumpPayload.read(DumpPayload.of(value), new EncodingLimits())))
                .as("seed=%d", seed)
                .isEqualTo(describe(value));
    }

    @Property(tries = 100)
    void aFlippedBitIsNoticed(@ForAll long seed) {
        Random random = new Random(seed);
        Keyspace keyspace = new Keyspace(4, new EncodingLimits());
        for (int i = 0; i < 20; i++) {
            putSomething(keyspace, random);
        }
        Snapshot snapshot = new Snapshot(keyspace, Map.of("repl-id", "x"), true, true);
        assertThat(snapshot.step(Integer.MAX_VALUE, Long.MAX_VALUE)).isTrue();
        byte[] rdb = snapshot.take();
        rdb[9 + random.nextInt(rdb.length - 17)] ^= (byte) (1 << random.nextInt(8));

        assertThatThrownBy(() -> {
                    RdbReader reader = new RdbReader(new Ignored(), new EncodingLimits());
                    reader.feed(rdb, 0, rdb.length);
                    reader.requireEnd();
                })
                .as("seed=%d", seed)
                .isInstanceOf(RdbException.class);
    }

    @Property(tries = 500)
    void noiseIsAnErrorAndNothingElse(@ForAll byte[] noise) {
        byte[] rdb = new byte[noise.length + 9];
        System.arraycopy("REDIS0010".getBytes(StandardCharsets.US_ASCII), 0, rdb, 0, 9);
        System.arraycopy(noise, 0, rdb, 9, noise.length);
        try {
            RdbReader reader = new RdbReader(new Ignored(), new EncodingLimits());
            reader.feed(rdb, 0, rdb.length);
            reader.requireEnd();
        } catch (RdbException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static final class Ignored implements RdbReader.Sink {
        @Override
        public void aux(String name, String value) {}

        @Override
        public void entry(int database, byte[] key, Value value, long expireAtMillis) {}
    }
}
