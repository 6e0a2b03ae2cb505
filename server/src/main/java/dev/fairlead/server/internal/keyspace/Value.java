package dev.fairlead.server.internal.keyspace;

/** What a key holds. Confined to the command thread; whoever changes one has told its {@link Database} before. */
public sealed interface Value permits StringValue, ListValue, SetValue, HashValue, SortedSetValue {
    /** The name that TYPE answers. */
    String typeName();

    /** The name that OBJECT ENCODING answers: the form a real server would hold this value in. */
    String encoding();

    /** Elements of a collection, 1 for a string. */
    int elements();

    /** An independent copy, for COPY. */
    Value copy();

    /** Accounted bytes of the value without its key: an estimate of what a real server would take. */
    long memoryBytes();

    /** Looks into the value, so that what it consists of is near the processor when it is read next. @return any number */
    default int warm() {
        return elements();
    }
}
