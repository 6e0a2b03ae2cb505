package dev.fairlead.driver;

import java.util.function.Supplier;

/**
 * Lets clients of one JVM that follow the same servers ask them how far they are once for all of them: built with the same object
 * ({@link RoutingClientBuilder#sharedProbes}), a thousand clients cost the servers what one of them does, and a look at each connection
 * every 5 s. Each keeps its own connections, policies and sessions, and every promise of its levels.
 *
 * <p>Thread-safe; holds a few lines for each server and nothing to close. Clients in other JVMs are not reached: there, fewer clients with
 * more {@linkplain RoutingClient#newSession sessions} do the same.
 */
public final class SharedProbes {
    private Object board;

    public SharedProbes() {}

    /** Where answers are put; the first client makes it, as nothing of how it is done shows here. */
    synchronized <T> T board(Class<T> kind, Supplier<T> first) {
        if (board == null) {
            board = first.get();
        }
        return kind.cast(board);
    }
}
