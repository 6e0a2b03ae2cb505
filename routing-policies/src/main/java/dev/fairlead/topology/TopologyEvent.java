package dev.fairlead.topology;

/** What changed between one topology and the next; fired after the next one is published. */
public sealed interface TopologyEvent {
    /** {@code from} is null for the first master; {@code early} when adopted ahead of the Sentinels' announcement. */
    record MasterChanged(Endpoint from, Endpoint to, ReplicationId history, boolean early) implements TopologyEvent {}

    record MasterLost(Endpoint master, String reason) implements TopologyEvent {}

    record NodeJoined(Endpoint node, Role role) implements TopologyEvent {}

    record NodeLeft(Endpoint node, String reason) implements TopologyEvent {}

    /** A node stopped or resumed to qualify for bounded reads; {@code reason} is null when it qualifies again. */
    record NodeQualified(Endpoint node, String reason) implements TopologyEvent {}

    record WritesHeld(String reason) implements TopologyEvent {}

    record WritesReleased(Endpoint master) implements TopologyEvent {}

    /**
     * Writes acknowledged under the old history may be gone.
     *
     * @param survivedUntilNanos acknowledgements before this instant survived; meaningless when {@code amountKnown} is false
     * @param bytesUpperBound bytes past the fork, an upper bound; -1 when unknown
     */
    record WritesLost(
            Endpoint oldMaster,
            Endpoint newMaster,
            ReplicationId oldHistory,
            boolean amountKnown,
            long survivedUntilNanos,
            long bytesUpperBound)
            implements TopologyEvent {}
}
