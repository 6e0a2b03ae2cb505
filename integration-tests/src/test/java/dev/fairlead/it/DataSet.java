package dev.fairlead.it;

import dev.fairlead.it.harness.RedisClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The data of one server in a form that can be compared: each key with its type, its content, and whether it expires. */
final class DataSet {
    /** Replies whose order says nothing. */
    private static final Set<String> UNORDERED =
            Set.of("KEYS", "HKEYS", "HVALS", "SMEMBERS", "SINTER", "SUNION", "SDIFF");

    private DataSet() {}

    static Map<String, String> of(RedisClient client) {
        Map<String, String> data = new TreeMap<>();
        for (Object name : client.list("KEYS", "*")) {
            String key = (String) name;
            String type = client.text("TYPE", key);
            Object content = comparable(
                    switch (type) {
                        case "string" -> new String[] {"GET", key};
                        case "hash" -> new String[] {"HGETALL", key};
                        case "list" -> new String[] {"LRANGE", key, "0", "-1"};
                        case "set" -> new String[] {"SMEMBERS", key};
                        case "zset" -> new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"};
                        default -> throw new IllegalStateException(key + " is of type " + type);
                    },
                    client);
            data.put(key, type + " " + content + (client.integer("TTL", key) < 0 ? "" : " expires"));
        }
        return data;
    }

    /** The reply with all that may differ between equal servers taken out. */
    static Object comparable(String[] argv, RedisClient client) {
        Object reply = client.ask(argv);
        if (reply instanceof List<?> list) {
            if (UNORDERED.contains(argv[0])) {
                return list.stream().map(String::valueOf).sorted().toList();
            }
            if (argv[0].equals("HGETALL")) {
                Map<String, String> pairs = new TreeMap<>();
                for (int i = 0; i < list.size(); i += 2) {
                    pairs.put((String) list.get(i), (String) list.get(i + 1));
                }
                return new ArrayList<>(pairs.entrySet());
            }
        }
        if (argv[0].equals("TTL") && reply instanceof Long seconds && seconds > 0) {
            return seconds / 100; // The two clocks may stand on either side of a second.
        }
        return reply;
    }
}
