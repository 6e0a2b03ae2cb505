package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Database;
import dev.fairlead.server.internal.keyspace.Entry;
import dev.fairlead.server.internal.keyspace.HashValue;
import dev.fairlead.server.internal.keyspace.Keyspace;
import dev.fairlead.server.internal.keyspace.ListValue;
import dev.fairlead.server.internal.keyspace.SetValue;
import dev.fairlead.server.internal.keyspace.SortedSetValue;
import dev.fairlead.server.internal.keyspace.StringValue;
import dev.fairlead.server.internal.keyspace.Value;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The signature of data that {@code DEBUG DIGEST} gives: the same number on every server that holds the same, whatever the order and
 * the encoding, so that one look tells whether a replica and its master agree. When a key expires is left out, that it does is not.
 *
 * <p>Two operations on 20 bytes: what comes in any order is {@linkplain #add added} (the exclusive or with its SHA-1), what has an
 * order is {@linkplain #then mixed in} (the same, and SHA-1 of the result).
 */
final class Digest {
    /** Of nothing at all, and of a key that is missing. */
    static final String NOTHING = "0".repeat(40);

    private static final int BYTES = 20;
    private static final byte[] EXPIRES = Call.ascii("!!expire!!");

    private final MessageDigest sha1;
    private byte[] sum = new byte[BYTES];

    private Digest(MessageDigest sha1) {
        this.sha1 = sha1;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-1", e);
        }
    }

    static String ofAll(Keyspace keyspace) {
        Digest all = new Digest(sha1());
        for (int i = 0; i < keyspace.databases(); i++) {
            Database database = keyspace.database(i);
            if (database.size() > 0) {
                all.then(number(i));
                database.forEach(entry -> {
                    Digest one = new Digest(all.sha1);
                    one.then(entry.key());
                    one.entry(entry);
                    all.add(one.sum);
                });
            }
        }
        return all.hex();
    }

    /** Of the value alone, without the key. */
    static String of(Entry entry) {
        Digest one = new Digest(sha1());
        one.entry(entry);
        return one.hex();
    }

    private void entry(Entry entry) {
        Value value = entry.value();
        if (value instanceof StringValue string) {
            then(number(0));
            then(string.bytes());
        } else if (value instanceof ListValue list) {
            then(number(1));
            list.forEach(this::then);
        } else if (value instanceof SetValue set) {
            then(number(2));
            set.forEach(this::add);
        } else if (value instanceof SortedSetValue sorted) {
            then(number(3));
            sorted.forEach((member, score) -> addPair(member, Call.ascii(Doubles.format(score))));
        } else {
            then(number(4));
            ((HashValue) value).forEach(this::addPair);
        }
        if (entry.hasExpiry()) {
            add(EXPIRES);
        }
    }

    private void addPair(byte[] name, byte[] content) {
        Digest pair = new Digest(sha1);
        pair.then(name);
        pair.then(content);
        add(pair.sum);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    private void add(byte[] bytes) {
        byte[] hash = sha1.digest(bytes);
        for (int i = 0; i < BYTES; i++) {
            sum[i] ^= hash[i];
        }
    }

    private void then(byte[] bytes) {
        add(bytes);
        sum = sha1.digest(sum);
    }

    private String hex() {
        return HexFormat.of().formatHex(sum);
    }
}
