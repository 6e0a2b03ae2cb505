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
     * A history was left behind, and writes acknowledged under it may be gone. Given for every change of history, planned ones
     * included: the driver counts its acknowledgements under {@code oldHistory} from {@code survivedUntilNanos} on, and tells
     * the application when there are any, or when the amount is unknown.
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
