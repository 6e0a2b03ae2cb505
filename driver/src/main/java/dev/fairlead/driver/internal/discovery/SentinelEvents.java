package dev.fairlead.driver.internal.discovery;

import dev.fairlead.topology.Endpoint;
import dev.fairlead.topology.Observation;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Reads what Sentinels publish. An event about a replica names its master behind {@code @}; events of other masters that the
 * same Sentinels guard are none of ours, and neither is anything that cannot be read.
 */
public final class SentinelEvents {
    /** What is subscribed to: what moves the master, or shows that it may move. */
    static final List<String> CHANNELS = List.of(
            "+selected-slave",
            "+failover-state-send-slaveof-noone",
            "+promoted-slave",
            "+switch-master",
            "+config-update-from",
            "+failover-end",
            "+failover-end-for-timeout",
            "-failover-abort-not-elected",
            "-failover-abort-no-good-slave",
            "-failover-abort-slave-timeout",
            "-failover-abort-not-coordinated",
            "+odown",
            "-odown",
            "+slave",
            "+sentinel",
            "+reboot",
            "+convert-to-slave",
            "+reset-master");

    private SentinelEvents() {}

    /** Whether the event concerns the master of this name at all. */
    public static boolean isOurs(String masterName, String payload) {
        String[] words = payload.split(" ");
        int at = indexOf(words, "@");
        return at >= 0
                ? at + 1 < words.length && words[at + 1].equals(masterName)
                : words.length > 1 && (words[0].equals(masterName) || words[1].equals(masterName));
    }

    /** What the event says, as an observation, its addresses mapped; null when it only gives cause to look. */
    public static Observation read(
            String masterName,
            Endpoint sentinel,
            String channel,
            String payload,
            long now,
            UnaryOperator<Endpoint> mapping) {
        if (!isOurs(masterName, payload)) {
            return null;
        }
        String[] words = payload.split(" ");
        try {
            if (channel.equals("+selected-slave") || channel.equals("+failover-state-send-slaveof-noone")) {
                // slave <name> <ip> <port> @ <master> <ip> <port>
                return words.length < 8
                        ? null
                        : new Observation.FailoverSelected(
                                sentinel,
                                endpoint(mapping, words[6], words[7]),
                                endpoint(mapping, words[2], words[3]),
                                now);
            }
            if (channel.startsWith("-failover-abort-")) {
                // master <name> <ip> <port>
                return words.length < 4
                        ? null
                        : new Observation.FailoverAborted(sentinel, endpoint(mapping, words[2], words[3]), now);
            }
            if (channel.equals("+switch-master")) {
                // <name> <old ip> <old port> <new ip> <new port>
                return words.length < 5
                        ? null
                        : new Observation.MasterSwitched(
                                sentinel,
                                endpoint(mapping, words[1], words[2]),
                                endpoint(mapping, words[3], words[4]),
                                now);
            }
        } catch (IllegalArgumentException e) {
            return null; // Not an address: no Sentinel says that, and there is nothing to be done about it.
        }
        return null;
    }

    private static Endpoint endpoint(UnaryOperator<Endpoint> mapping, String host, String port) {
        return mapping.apply(Endpoint.parse((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port));
    }

    private static int indexOf(String[] words, String word) {
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals(word)) {
                return i;
            }
        }
        return -1;
    }
}
