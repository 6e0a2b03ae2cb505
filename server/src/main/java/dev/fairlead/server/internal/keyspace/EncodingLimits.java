package dev.fairlead.server.internal.keyspace;

/**
 * How large a collection may grow in its small form, as the directives of these names say. Shared by a keyspace and all of its
 * collections, which look at it when they grow: a change concerns what grows from then on, as on a real server. Confined to the
 * command thread.
 */
public final class EncodingLimits {
    /** {@code hash-max-listpack-entries}: most fields. */
    public int hashEntries = 512;
    /** {@code hash-max-listpack-value}: most bytes of a field or a value. */
    public int hashValueBytes = 64;
    /** {@code set-max-intset-entries}: most integers. */
    public int setIntegers = 512;
    /** {@code zset-max-listpack-entries}: most elements. */
    public int sortedSetEntries = 128;
    /** {@code zset-max-listpack-value}: most bytes of a member. */
    public int sortedSetValueBytes = 64;

    /** Those of redis.conf's defaults. */
    public EncodingLimits() {}
}
