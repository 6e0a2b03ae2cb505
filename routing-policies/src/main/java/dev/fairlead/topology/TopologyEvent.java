package dev.fairlead.topology;

import java.util.Locale;

/** What changed between one topology and the next, printed in words for people; fired after the next one is published. */
public sealed interface TopologyEvent {
    /** {@code from} is null for the first master; {@code early} when adopted ahead of the Sentinels' announcement. */
    record MasterChanged(Endpoint from, Endpoint to, ReplicationId history, boolean early) implements TopologyEvent {
        @Override
        public String toString() {
            return (from == null ? "the master is " + to : "the master changed from " + from + " to " + to)
                    + (early ? ", adopted ahead of the announcement" : "");
        }
    }

    record MasterLost(Endpoint master, String reason) implements TopologyEvent {
        @Override
        public String toString() {
            return "the master " + master + " is lost: " + reason;
        }
    }

    record NodeJoined(Endpoint node, Role role) implements TopologyEvent {
        @Override
        public String toString() {
            return role.name().toLowerCase(Locale.ROOT) + " " + node + " joined";
        }
    }

    record NodeLeft(Endpoint node, String reason) implements TopologyEvent {
        @Override
        public String toString() {
            return node + " left: " + reason;
        }
    }

    /** A node stopped or resumed to qualify for bounded reads; {@code reason} is null when it qualifies again. */
    record NodeQualified(Endpoint node, String reason) implements TopologyEvent {
        @Override
        public String toString() {
            return node + (reason == null ? " may serve bounded reads again" : " serves no bounded reads: " + reason);
        }
    }

    record WritesHeld(String reason) implements TopologyEvent {
        @Override
        public String toString() {
            return "writes are held: " + reason;
        }
    }

    record WritesReleased(Endpoint master) implements TopologyEvent {
        @Override
        public String toString() {
            return "writes go to " + master;
        }
    }

    /**
     * A history was left behind, and writes acknowledged under it may be gone. Given for every change of history, planned ones
     * included: the driver counts its acknowledgements under {@code oldHistory} from {@code survivedUntilNanos} on, and tells
     * the application when there are any, or when the amount is unknown.
     *
     * @param survivedUntilNanos acknowledgements before this instant survived; meaningless when {@code amountKnown} is false
     * @param bytesSeenPastFork how far past the fork the old master was seen, in bytes of the stream; -1 when unknown. Not every byte
     *     is a write, and it may have gone further unseen
     */
    record WritesLost(
            Endpoint oldMaster,
            Endpoint newMaster,
            ReplicationId oldHistory,
            boolean amountKnown,
            long survivedUntilNanos,
            long bytesSeenPastFork)
            implements TopologyEvent {
        @Override
        public String toString() {
            return newMaster + " continues " + oldMaster + "'s history " + oldHistory + " only in part"
                    + (bytesSeenPastFork < 0
                            ? ", and how much is missing is unknown"
                            : ": it was seen " + bytesSeenPastFork + " bytes further");
        }
    }
}
