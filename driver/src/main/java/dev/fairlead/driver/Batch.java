package dev.fairlead.driver;

import dev.fairlead.command.Access;
import dev.fairlead.resp.Reply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Which reads of a batch have to stay in line with its writes, and what its calls come to. */
final class Batch {
    private Batch() {}

    /** Each command's answer as it comes. */
    static List<Command<Reply>> raw(Command<?>... commands) {
        return Arrays.<Command<?>>stream(commands).map(Command::raw).toList();
    }

    /**
     * Whether the read at each place touches what another command of the batch writes, ahead of it or behind it: at a replica it could
     * see the state before the one or after the other.
     */
    static boolean[] besideWrites(List<? extends Command<?>> commands) {
        Set<ByteBuffer> written = new HashSet<>();
        boolean any = false;
        boolean whole = false;
        for (Command<?> each : commands) {
            if (each.access() == Access.WRITE) {
                any = true;
                whole |= !keys(each, written);
            }
        }
        boolean[] beside = new boolean[commands.size()];
        for (int i = 0; any && i < beside.length; i++) {
            Command<?> each = commands.get(i);
            beside[i] = each.access() == Access.READ && (whole || !isApart(each, written));
        }
        return beside;
    }

    /** Whether the read's keys are known, and none of them is written. */
    private static boolean isApart(Command<?> read, Set<ByteBuffer> written) {
        byte[][] argv = read.argv();
        int[] positions = read.spec().keyPositions(argv);
        for (int position : positions) {
            if (written.contains(ByteBuffer.wrap(argv[position]))) {
                return false;
            }
        }
        return positions.length > 0 && !read.spec().hasUnknownKeys(argv);
    }

    /** Adds the command's keys; false when it may touch any. */
    private static boolean keys(Command<?> command, Set<ByteBuffer> to) {
        byte[][] argv = command.argv();
        int[] positions = command.spec().keyPositions(argv);
        for (int position : positions) {
            to.add(ByteBuffer.wrap(argv[position]));
        }
        return positions.length > 0 && !command.spec().hasUnknownKeys(argv);
    }

    /** The replies of calls that have all ended, in their order. @throws BatchIncompleteException when one has none */
    static List<Reply> replies(List<? extends CompletableFuture<Reply>> calls) {
        List<Reply> replies = new ArrayList<>(calls.size());
        SortedMap<Integer, RoutingException> failures = new TreeMap<>();
        for (CompletableFuture<Reply> each : calls) {
            if (!each.isCompletedExceptionally()) {
                replies.add(each.join());
                continue;
            }
            Throwable failure = each.handle((reply, cause) -> cause).join();
            if (failure instanceof ServerErrorException error) {
                replies.add(new Reply.ServerError(error.text()));
            } else if (failure instanceof RoutingException routing) {
                failures.put(replies.size(), routing);
                replies.add(null);
            } else {
                throw new CompletionException(failure);
            }
        }
        if (!failures.isEmpty()) {
            throw new BatchIncompleteException(replies, failures);
        }
        return Collections.unmodifiableList(replies);
    }
}
