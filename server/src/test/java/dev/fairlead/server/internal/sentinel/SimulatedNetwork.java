package dev.fairlead.server.internal.sentinel;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Time that passes in events, and the delays and losses between them; all from one seed. */
final class SimulatedNetwork {
    private record Event(long at, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>((a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
    final SplittableRandom random;
    /** Of so many messages one is lost, and one comes twice; 0 for none. */
    int lossOneIn;

    int duplicateOneIn;
    /** Of so many messages one takes long. */
    int slowOneIn = 50;

    long now = 1_000_000;
    private long order;

    SimulatedNetwork(long seed) {
        random = new SplittableRandom(seed);
    }

    void after(long millis, Runnable action) {
        events.add(new Event(now + millis, order++, action));
    }

    /** One way through the network. */
    long latency() {
        return random.nextInt(slowOneIn) == 0 ? random.nextInt(20, 120) : random.nextInt(1, 5);
    }

    boolean loses() {
        return lossOneIn > 0 && random.nextInt(lossOneIn) == 0;
    }

    boolean duplicates() {
        return duplicateOneIn > 0 && random.nextInt(duplicateOneIn) == 0;
    }

    void runUntil(long deadline) {
        while (!events.isEmpty() && events.peek().at <= deadline) {
            Event next = events.poll();
            now = next.at;
            next.action.run();
        }
        now = deadline;
    }
}
