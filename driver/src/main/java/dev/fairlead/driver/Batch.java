package dev.fairlead.driver;

import dev.fairlead.command.Access;
import dev.fairlead.resp.Reply;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
            if (each.access() == Access.READ) {
                Set<ByteBuffer> read = new HashSet<>();
                beside[i] = whole || !keys(each, read) || read.stream().anyMatch(written::contains);
            }
        }
        return beside;
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
    static List<Reply> replies(List<CompletableFuture<Reply>> calls) {
        List<Reply> replies = new ArrayList<>(calls.size());
        SortedMap<Integer, RoutingException> failures = new TreeMap<>();
        for (CompletableFuture<Reply> each : calls) {
            Throwable failure = each.handle((reply, cause) -> cause).join();
            if (failure == null) {
                replies.add(each.join());
            } else if (failure instanceof ServerErrorException error) {
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
        return List.copyOf(replies);
    }
}
