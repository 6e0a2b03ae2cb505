package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Commands that wait until this server has applied a place of the replication stream: {@code CLIENT HOLD} names the place, and the
 * command after it waits. Other connections go on. At most one per connection. Confined to the command thread.
 */
final class HeldCommands {
    /** Longest wait that may be asked for: a client that wants more has lost its way. */
    static final long LONGEST_MILLIS = 60_000;

    /** What the next command of a connection waits for. */
    record Place(String historyId, long offset, long timeoutMillis) {}

    private record Held(Blocking.Wait blocked, Place place, byte[][] argv) {}

    private final CommandExecutor executor;
    private final List<Held> held = new ArrayList<>();

    HeldCommands(CommandExecutor executor) {
        this.executor = executor;
    }

    /** CLIENT HOLD id offset milliseconds. */
    static void hold(Call call, byte[][] argv) {
        long offset = Args.longValue(argv[3]);
        long millis = Args.longValue(argv[4], "ERR timeout is not an integer or out of range");
        if (millis < 1 || millis > LONGEST_MILLIS) {
            throw new CommandException("ERR CLIENT HOLD takes a timeout of 1 to " + LONGEST_MILLIS + " milliseconds");
        }
        call.session().hold = new Place(Args.text(argv[2]), offset, millis);
        call.out().ok();
    }

    /** Whether this command has to wait; it is run later then. The place is used up either way. */
    boolean holds(ClientSession session, byte[][] argv, long nowMillis) {
        Place place = session.hold;
        session.hold = null;
        if (isApplied(place)) {
            return false;
        }
        Blocking.Wait wait = new Blocking.Wait(
                session,
                List.of(),
                (c, k) -> false,
                nowMillis + place.timeoutMillis,
                out -> timedOut(out, place),
                null);
        executor.blocking().add(wait);
        held.removeIf(one -> one.blocked.session.wait
                != one.blocked); // else those whose time was over gather while nothing is applied
        held.add(new Held(wait, place, argv));
        return true;
    }

    private boolean isApplied(Place place) {
        return executor.control().hasApplied(place.historyId, place.offset);
    }

    private void timedOut(ReplyWriter out, Place place) {
        String error =
                "STALE This server has not applied offset " + place.offset + " of " + place.historyId + " within "
                        + place.timeoutMillis + " ms; the command was not run. Ask another replica, or the master.";
        executor.stats().countError(error);
        out.error(error);
    }

    /** The stream was applied a little further. */
    void applied() {
        if (held.isEmpty()) {
            return;
        }
        List<Held> free = new ArrayList<>();
        for (Iterator<Held> i = held.iterator(); i.hasNext(); ) {
            Held one = i.next();
            boolean over = one.blocked.session.wait != one.blocked; // its time was over, or it is gone
            if (over || isApplied(one.place)) {
                i.remove();
                if (!over) {
                    free.add(one);
                }
            }
        }
        free.forEach(one -> executor.resume(one.blocked, one.argv));
    }
}
