package dev.fairlead.resp;

/** The types of RESP2 and RESP3 by the byte that a value begins with. */
public enum RespType {
    SIMPLE('+'),
    ERROR('-'),
    INTEGER(':'),
    BULK('$'),
    ARRAY('*'),
    NULL('_'),
    DOUBLE(','),
    BOOLEAN('#'),
    BIG_NUMBER('('),
    BULK_ERROR('!'),
    VERBATIM('='),
    MAP('%'),
    SET('~'),
    PUSH('>'),
    ATTRIBUTE('|');

    private static final RespType[] BY_MARKER = new RespType[128];

    static {
        for (RespType type : values()) {
            BY_MARKER[type.marker] = type;
        }
    }

    private final char marker;

    RespType(char marker) {
        this.marker = marker;
    }

    /** The byte that a value of this type begins with. */
    public byte marker() {
        return (byte) marker;
    }

    /** The type that begins with this byte; null when there is none. */
    static RespType of(byte marker) {
        return marker < 0 ? null : BY_MARKER[marker];
    }

    /** {@code big number}, as an error message says it. */
    String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
