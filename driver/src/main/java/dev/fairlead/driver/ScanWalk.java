package dev.fairlead.driver;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** One walk: asks for a page when the last one is used up, so that it holds one page at most. For one thread. */
final class ScanWalk<T> implements Iterator<T> {
    private static final String BEGIN = "0";

    private final Function<Command<ScanPage<T>>, ScanPage<T>> node;
    private final Function<String, Command<ScanPage<T>>> step;
    private ScanPage<T> page;
    private Iterator<T> items;

    /**
     * @param node asks the one node of this walk
     * @param step the command that goes on from a cursor
     */
    ScanWalk(Function<Command<ScanPage<T>>, ScanPage<T>> node, Function<String, Command<ScanPage<T>>> step) {
        this.node = node;
        this.step = step;
    }

    /** May wait for pages, several when they are empty: each within the call's deadline. */
    @Override
    public boolean hasNext() {
        while (page == null || !items.hasNext()) {
            if (page != null && page.isLast()) {
                return false;
            }
            // A step that failed is asked for again by the next call: the cursor stays where it was.
            page = node.apply(step.apply(page == null ? BEGIN : page.cursor()));
            items = page.items().iterator();
        }
        return true;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the walk is complete");
        }
        return items.next();
    }
}
