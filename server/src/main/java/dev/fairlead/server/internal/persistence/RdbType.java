package dev.fairlead.server.internal.persistence;

/** The numbers of the RDB format: kinds of values, and what may stand between them. */
final class RdbType {
    static final int STRING = 0;
    static final int LIST = 1;
    static final int SET = 2;
    static final int ZSET_TEXT_SCORES = 3;
    static final int HASH = 4;
    static final int ZSET = 5;
    static final int HASH_ZIPMAP = 9;
    static final int LIST_ZIPLIST = 10;
    static final int SET_INTSET = 11;
    static final int ZSET_ZIPLIST = 12;
    static final int HASH_ZIPLIST = 13;
    static final int LIST_QUICKLIST = 14;
    static final int HASH_LISTPACK = 16;
    static final int ZSET_LISTPACK = 17;
    static final int LIST_QUICKLIST_2 = 18;
    static final int SET_LISTPACK = 20;

    static final int FUNCTION_2 = 245;
    static final int FUNCTION_EARLY = 246;
    static final int MODULE_AUX = 247;
    static final int IDLE = 248;
    static final int FREQUENCY = 249;
    static final int AUX = 250;
    static final int RESIZE_DB = 251;
    static final int EXPIRE_MILLIS = 252;
    static final int EXPIRE_SECONDS = 253;
    static final int SELECT_DB = 254;
    static final int EOF = 255;

    /** The version written: what a Redis 7.0 reads. */
    static final int VERSION = 10;
    /** The newest version read: its new value types that this server does not know are refused one by one. */
    static final int NEWEST_READ = 12;

    private RdbType() {}

    /** What an operator calls a value that this server cannot hold. */
    static String describe(int type) {
        return switch (type) {
            case 6, 7 -> "a module's value";
            case 15, 19, 21 -> "a stream";
            case 22, 23, 24, 25 -> "a hash with expiring fields";
            default -> "a value of an unknown type";
        };
    }
}
