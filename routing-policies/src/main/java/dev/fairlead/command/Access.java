package dev.fairlead.command;

/** What a command may do to the keyspace, and with it: which nodes may be asked. */
public enum Access {
    /** Proven not to change anything: any node that is fresh enough may answer. */
    READ,
    /** Changes the keyspace, or may: the master only. */
    WRITE,
    /**
     * Speaks to the server or to the connection, not to keys (PING, CONFIG, MULTI, SUBSCRIBE): the master unless
     * asked otherwise.
     */
    OTHER
}
