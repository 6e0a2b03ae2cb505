package dev.fairlead.server.internal.command;

import dev.fairlead.server.internal.keyspace.Entry;

/** The options of SET and GETEX. */
final class SetOptions {
    boolean onlyIfMissing;
    boolean onlyIfPresent;
    boolean get;
    boolean keepTtl;
    boolean persist;
    /** Milliseconds since 1970, or {@link Entry#NO_EXPIRY}. */
    long expireAtMillis = Entry.NO_EXPIRY;

    private String unit;
    private byte[] number;

    private SetOptions() {}

    static SetOptions parse(Call call, byte[][] argv) {
        SetOptions options = new SetOptions();
        for (int i = 3; i < argv.length; i++) {
            String word = Args.lower(argv[i]);
            switch (word) {
                case "nx" -> options.onlyIfMissing = true;
                case "xx" -> options.onlyIfPresent = true;
                case "get" -> options.get = true;
                case "keepttl" -> options.keepTtl = true;
                default -> i = options.expiry(word, argv, i);
            }
        }
        if (options.onlyIfMissing && options.onlyIfPresent || options.keepTtl && options.unit != null) {
            throw Args.SYNTAX;
        }
        options.readExpiry(call);
        return options;
    }

    /** The time is not looked at yet: {@link #readExpiry} does that, once there is a key. */
    static SetOptions parseGetEx(byte[][] argv) {
        SetOptions options = new SetOptions();
        for (int i = 2; i < argv.length; i++) {
            String word = Args.lower(argv[i]);
            if (word.equals("persist")) {
                options.persist = true;
            } else {
                i = options.expiry(word, argv, i);
            }
        }
        if (options.persist && options.unit != null) {
            throw Args.SYNTAX;
        }
        return options;
    }

    private int expiry(String word, byte[][] argv, int at) {
        boolean known = word.equals("ex") || word.equals("px") || word.equals("exat") || word.equals("pxat");
        if (!known || unit != null || at + 1 >= argv.length) {
            throw Args.SYNTAX;
        }
        unit = word;
        number = argv[at + 1];
        return at + 1;
    }

    void readExpiry(Call call) {
        if (unit != null) {
            expireAtMillis = ExpiryTime.ofOption(call, unit, number);
        }
    }
}
