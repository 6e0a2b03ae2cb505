package dev.fairlead.server.internal.keyspace;

/**
 * A visit to the elements of one collection, a few at a time. Between two steps the collection may be read; whoever is about to
 * change it closes the visit, or lets it end, first. Confined to the command thread.
 */
public abstract class Visit {
    Visit() {}

    /**
     * Visits up to so many more elements.
     *
     * @return whether that was all; the visit is closed then
     */
    public abstract boolean step(int elements);

    /** Gives the visit up. Harmless when it is over. */
    public void close() {}

    /** Of a collection so small that it is visited at once. */
    static Visit whole(Runnable forEach) {
        return new Visit() {
            @Override
            public boolean step(int elements) {
                forEach.run();
                return true;
            }
        };
    }
}
