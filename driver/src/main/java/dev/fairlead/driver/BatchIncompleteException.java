package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * Some commands of a batch have no reply: their node was gone, their deadline passed. The others have theirs, and were applied. An error
 * that a server answers with is a reply.
 */
public final class BatchIncompleteException extends RoutingException {
    private static final long serialVersionUID = 1L;

    private final transient List<Reply> replies;
    private final transient SortedMap<Integer, RoutingException> failures;

    /**
     * @param replies one for each command, null where there is none
     * @param failures by the place of the command, from 0; at least one
     */
    public BatchIncompleteException(List<Reply> replies, SortedMap<Integer, RoutingException> failures) {
        super(
                failures.size() + " of the " + replies.size()
                        + " commands of the batch have no reply; the first of them, at "
                        + failures.firstKey() + ": "
                        + failures.get(failures.firstKey()).getMessage(),
                failures.get(failures.firstKey()));
        this.replies = Collections.unmodifiableList(new ArrayList<>(replies));
        this.failures = Collections.unmodifiableSortedMap(failures);
    }

    /** The replies in the order of the commands; null where {@link #failures} says why. */
    public List<Reply> replies() {
        return replies;
    }

    /** What became of the commands without a reply, by their place, from 0. */
    public SortedMap<Integer, RoutingException> failures() {
        return failures;
    }

    /** Whether each of the commands without a reply may succeed a moment later. */
    @Override
    public boolean retryable() {
        return failures.values().stream().allMatch(RoutingException::retryable);
    }

    /** Whether it is certain that none of the commands <em>without a reply</em> was applied. */
    @Override
    public boolean knownNotApplied() {
        return failures.values().stream().allMatch(RoutingException::knownNotApplied);
    }
}
