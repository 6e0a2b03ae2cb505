package dev.fairlead.topology;

import java.util.Map;
import java.util.TreeMap;

/**
 * What each Sentinel last said of the master, and which of them is to be believed: the highest config epoch. Immutable; at most
 * {@value #CAPACITY} Sentinels.
 *
 * @param reports by Sentinel
 * @param switchedTo what {@code +switch-master} announced, until a report with an epoch above {@code switchedAboveEpoch} comes; null
 *     when nothing
 */
record SentinelBoard(
        Map<Endpoint, Observation.SentinelReported> reports, Endpoint switchedTo, long switchedAboveEpoch) {
    /** Five guard a large installation; what claims to be more than 64 is not one. */
    static final int CAPACITY = 64;

    static final SentinelBoard NONE = new SentinelBoard(Map.of(), null, -1);

    SentinelBoard {
        reports = Map.copyOf(reports);
    }

    SentinelBoard with(Observation.SentinelReported report) {
        if (reports.size() >= CAPACITY && !reports.containsKey(report.sentinel())) {
            return this;
        }
        Map<Endpoint, Observation.SentinelReported> next = new TreeMap<>(reports);
        next.put(report.sentinel(), report);
        boolean overtaken = report.configEpoch() > switchedAboveEpoch;
        return new SentinelBoard(next, overtaken ? null : switchedTo, switchedAboveEpoch);
    }

    SentinelBoard without(Endpoint sentinel) {
        Map<Endpoint, Observation.SentinelReported> next = new TreeMap<>(reports);
        next.remove(sentinel);
        return new SentinelBoard(next, switchedTo, switchedAboveEpoch);
    }

    SentinelBoard switched(Endpoint to) {
        return new SentinelBoard(reports, to, highestEpoch());
    }

    private long highestEpoch() {
        return reports.values().stream()
                .mapToLong(Observation.SentinelReported::configEpoch)
                .max()
                .orElse(-1);
    }

    /** The master that the highest epoch names; null when nobody names one, or two Sentinels of that epoch differ. */
    Endpoint named(Map<Endpoint, Endpoint> aliases) {
        if (switchedTo != null) {
            return aliases.getOrDefault(switchedTo, switchedTo);
        }
        long highest = highestEpoch();
        Endpoint named = null;
        for (Observation.SentinelReported report : reports.values()) {
            if (report.configEpoch() == highest) {
                Endpoint master = aliases.getOrDefault(report.master(), report.master());
                if (named != null && !named.equals(master)) {
                    return null;
                }
                named = master;
            }
        }
        return named;
    }
}
