package dev.fairlead.topology;

import java.util.Locale;

/** The name of one replication history: 40 hexadecimal digits, compared without regard to case. */
public record ReplicationId(String value) {
    /** How long an id is on the wire. */
    public static final int LENGTH = 40;

    public ReplicationId {
        value = value.toLowerCase(Locale.ROOT);
        if (value.length() != LENGTH) {
            throw new IllegalArgumentException("'" + value + "' is not a replication id of " + LENGTH + " digits");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
