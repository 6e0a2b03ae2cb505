package dev.fairlead.command;

import java.nio.charset.StandardCharsets;

/**
 * What a call's arguments change about its row. A row of the table names its rule in the column {@code rule}; most
 * rows need none. The arguments have the number that the row's arity asks for, but nothing else about them is
 * certain. Stateless.
 */
enum ArgumentRule {
    /** The row says it all. */
    NONE,

    /** Always waits ({@code BLPOP}, {@code WAIT}), for a timeout that may be zero. */
    BLOCKS {
        @Override
        boolean blocks(byte[][] argv) {
            return true;
        }
    },

    /**
     * {@code NX} and {@code IFEQ} (Valkey) apply once; {@code GET} hands out what it replaces, and a second run hands
     * out its own value.
     */
    SET {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            boolean get = false;
            for (int i = 3; i < argv.length; i++) {
                if (isAny(argv, i, "NX", "IFEQ")) {
                    return RetryCategory.CHECKED_WRITE;
                }
                if (isAny(argv, i, "IFNE", "IFDEQ", "IFDNE")) {
                    i++; // The value compared with may be any word.
                }
                get |= Arguments.is(argv, i, "GET");
            }
            return get ? RetryCategory.ACCUMULATING_WRITE : RetryCategory.LAST_WINS_WRITE;
        }
    },

    /**
     * Options stand before the first score: {@code NX} applies once, {@code INCR} adds; {@code GEOADD} has no
     * {@code INCR}.
     */
    ZADD {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            RetryCategory category = RetryCategory.LAST_WINS_WRITE;
            for (int i = 2; i < argv.length; i++) {
                if (Arguments.is(argv, i, "NX")) {
                    return RetryCategory.CHECKED_WRITE;
                }
                if (Arguments.is(argv, i, "INCR")) {
                    category = spec.retryCategory();
                } else if (!isAny(argv, i, "XX", "GT", "LT", "CH")) {
                    break;
                }
            }
            return category;
        }
    },

    /** {@code EXPIRE … NX} and its kin apply only where there is no time to live yet. */
    EXPIRE {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return Arguments.is(argv, 3, "NX") ? RetryCategory.CHECKED_WRITE : RetryCategory.LAST_WINS_WRITE;
        }
    },

    /** {@code GETEX} without an option only reads, though servers take it for a write. */
    GETEX {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return argv.length == 2 ? RetryCategory.READ : RetryCategory.LAST_WINS_WRITE;
        }
    },

    /** Only {@code GET}s change nothing, though servers take the call for a write; an {@code INCRBY} adds. */
    BITFIELD {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            RetryCategory category = RetryCategory.READ;
            for (int i = 2; i < argv.length; ) {
                if (Arguments.is(argv, i, "GET")) {
                    i += 3;
                } else if (Arguments.is(argv, i, "SET")) {
                    category = RetryCategory.LAST_WINS_WRITE;
                    i += 4;
                } else if (Arguments.is(argv, i, "OVERFLOW")) {
                    i += 2;
                } else {
                    return RetryCategory.ACCUMULATING_WRITE;
                }
            }
            return category;
        }
    },

    /** {@code LREM key 0 value} leaves none, however often it runs; with another count each run takes more. */
    LREM {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return Arguments.integer(argv[2], -1) == 0
                    ? RetryCategory.LAST_WINS_WRITE
                    : RetryCategory.ACCUMULATING_WRITE;
        }
    },

    /** A result stored over one of its own sources is a new source for the second run. */
    STORE {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return storeOver(argv, spec.keyPositions(argv));
        }
    },

    /**
     * {@code STORE} writes, {@code BY} and {@code GET} follow patterns to other keys; without {@code STORE} nothing
     * changes.
     */
    SORT {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return spec.access() == Access.READ || store(argv) < 0
                    ? RetryCategory.READ
                    : storeOver(argv, new int[] {store(argv), 1});
        }

        @Override
        boolean hasUnknownKeys(CommandSpec spec, byte[][] argv) {
            for (int i = 2; i < argv.length; i += width(argv, i)) {
                if (isAny(argv, i, "BY", "GET")) {
                    return true;
                }
            }
            return false;
        }

        @Override
        void addKeys(CommandSpec spec, byte[][] argv, Positions out) {
            out.addRange(1, 1, 1, argv.length);
            if (spec.access() == Access.WRITE) {
                out.addRange(store(argv), store(argv), 1, argv.length);
            }
        }

        /** Position of the last destination, which is the one that counts; −1 without one. */
        private int store(byte[][] argv) {
            int found = -1;
            for (int i = 2; i < argv.length; i += width(argv, i)) {
                if (Arguments.is(argv, i, "STORE") && i + 1 < argv.length) {
                    found = i + 1;
                }
            }
            return found;
        }

        private int width(byte[][] argv, int i) {
            return Arguments.is(argv, i, "LIMIT") ? 3 : isAny(argv, i, "BY", "GET", "STORE") ? 2 : 1;
        }
    },

    /** {@code STORE} and {@code STOREDIST} write, and the last one counts; without them nothing changes. */
    GEORADIUS {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return store(argv) < 0 ? RetryCategory.READ : storeOver(argv, new int[] {store(argv), 1});
        }

        @Override
        void addKeys(CommandSpec spec, byte[][] argv, Positions out) {
            out.addRange(1, 1, 1, argv.length);
            out.addRange(store(argv), store(argv), 1, argv.length);
        }

        private int store(byte[][] argv) {
            int found = -1;
            for (int i = 5; i + 1 < argv.length; i++) {
                if (isAny(argv, i, "STORE", "STOREDIST")) {
                    found = ++i;
                }
            }
            return found;
        }
    },

    /** Keys are the first half of what follows {@code STREAMS}; {@code BLOCK} before it waits. */
    XREAD {
        @Override
        boolean blocks(byte[][] argv) {
            return option(argv, "BLOCK") > 0;
        }

        @Override
        void addKeys(CommandSpec spec, byte[][] argv, Positions out) {
            int streams = option(argv, "STREAMS");
            int names = argv.length - streams - 1;
            if (streams > 0 && names > 0 && names % 2 == 0) {
                out.addRange(streams + 1, streams + names / 2, 1, argv.length);
            }
        }

        /** Position of an option; what stands where another option has its value is none. −1 if it is not there. */
        private int option(byte[][] argv, String word) {
            int i = 1;
            while (i < argv.length) {
                if (Arguments.is(argv, i, word)) {
                    return i;
                }
                if (Arguments.is(argv, i, "STREAMS")) {
                    return -1;
                }
                i += Arguments.is(argv, i, "GROUP") ? 3 : isAny(argv, i, "BLOCK", "COUNT", "CLAIM") ? 2 : 1;
            }
            return -1;
        }
    },

    /** Applies once unless {@code REPLACE}; {@code DB} writes into another database. */
    COPY {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            for (int i = 3; i < argv.length; i += Arguments.is(argv, i, "DB") ? 2 : 1) {
                if (Arguments.is(argv, i, "REPLACE")) {
                    return RetryCategory.LAST_WINS_WRITE;
                }
            }
            return RetryCategory.CHECKED_WRITE;
        }

        @Override
        int targetDatabase(byte[][] argv) {
            int target = -1;
            for (int i = 3; i + 1 < argv.length; i++) {
                if (Arguments.is(argv, i, "DB")) {
                    target = database(argv[++i]);
                }
            }
            return target;
        }
    },

    /** Writes into the database that it names. */
    MOVE {
        @Override
        int targetDatabase(byte[][] argv) {
            return database(argv[2]);
        }
    },

    /** Applies once unless {@code REPLACE}. */
    RESTORE {
        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return Arguments.indexOf(argv, "REPLACE", 4) > 0
                    ? RetryCategory.LAST_WINS_WRITE
                    : RetryCategory.CHECKED_WRITE;
        }
    },

    /** One key, or those behind {@code KEYS}, where that one must be empty; user and password are not options. */
    MIGRATE {
        @Override
        void addKeys(CommandSpec spec, byte[][] argv, Positions out) {
            int i = 6;
            while (i < argv.length && !Arguments.is(argv, i, "KEYS")) {
                i += Arguments.is(argv, i, "AUTH") ? 2 : Arguments.is(argv, i, "AUTH2") ? 3 : 1;
            }
            if (i >= argv.length) {
                out.addRange(3, 3, 1, argv.length);
            } else if (argv[3].length == 0) {
                out.addRange(i + 1, argv.length - 1, 1, argv.length);
            }
        }
    },

    /**
     * A script whose first line declares {@code flags=no-writes} ({@code #!lua flags=no-writes}) is a read: the
     * server refuses its writes, and a replica serves it.
     */
    EVAL {
        @Override
        Access access(CommandSpec spec, byte[][] argv) {
            return declaresNoWrites(argv[1]) ? Access.READ : spec.access();
        }

        @Override
        RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
            return declaresNoWrites(argv[1]) ? RetryCategory.READ : RetryCategory.ACCUMULATING_WRITE;
        }

        private boolean declaresNoWrites(byte[] script) {
            if (script.length < 2 || script[0] != '#' || script[1] != '!') {
                return false;
            }
            int end = 2;
            while (end < script.length && script[end] != '\n') {
                end++;
            }
            for (String word : new String(script, 0, end, StandardCharsets.ISO_8859_1).split(" +")) {
                if (word.startsWith("flags=")) {
                    return Rows.words(word.substring("flags=".length())).contains("no-writes");
                }
            }
            return false;
        }
    };

    Access access(CommandSpec spec, byte[][] argv) {
        return spec.access();
    }

    RetryCategory retryCategory(CommandSpec spec, byte[][] argv) {
        return spec.retryCategory();
    }

    boolean blocks(byte[][] argv) {
        return false;
    }

    boolean hasUnknownKeys(CommandSpec spec, byte[][] argv) {
        return spec.hasUnknownKeys();
    }

    void addKeys(CommandSpec spec, byte[][] argv, Positions out) {
        for (KeySpec keys : spec.keySpecs()) {
            if (keys.namesKeys()) {
                keys.addPositions(argv, out);
            }
        }
    }

    /** The database other than the current one that the call's last key is written to; −1 when it names none. */
    int targetDatabase(byte[][] argv) {
        return -1;
    }

    private static boolean isAny(byte[][] argv, int index, String... words) {
        for (String word : words) {
            if (Arguments.is(argv, index, word)) {
                return true;
            }
        }
        return false;
    }

    /** The first position is the destination, the others are sources. */
    private static RetryCategory storeOver(byte[][] argv, int[] keys) {
        for (int i = 1; i < keys.length; i++) {
            if (Arguments.same(argv, keys[0], keys[i])) {
                return RetryCategory.ACCUMULATING_WRITE;
            }
        }
        return RetryCategory.LAST_WINS_WRITE;
    }

    private static int database(byte[] argument) {
        long number = Arguments.integer(argument, -1);
        return number >= 0 && number <= Integer.MAX_VALUE ? (int) number : -1;
    }
}
