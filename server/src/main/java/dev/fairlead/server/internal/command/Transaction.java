package dev.fairlead.server.internal.command;

import java.util.ArrayList;
import java.util.List;

/** One client's MULTI: what is queued, and what spoils it; and the keys that it watches. */
final class Transaction {
    /** A command that waits for EXEC. */
    record Queued(CommandRegistry.Row row, byte[][] argv) {}

    /** A key that must not change until EXEC. @param expired whether its time had passed already at WATCH */
    record Watched(DatabaseKey key, boolean expired) {}

    boolean active;
    /** A command was refused while queueing: EXEC answers EXECABORT. */
    boolean refused;
    /** A watched key changed: EXEC answers null. */
    boolean spoiled;

    final List<Queued> queue = new ArrayList<>();
    final List<Watched> watched = new ArrayList<>();

    /** Leaves MULTI. The watched keys are the business of {@link WatchedKeys}. */
    void end() {
        active = false;
        refused = false;
        spoiled = false;
        queue.clear();
    }
}
