package dev.fairlead.server.internal.sentinel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an operator sets for one monitored master. Immutable; {@link #with} changes one option, under the names of {@code
 * sentinel.conf} and {@code SENTINEL SET}.
 */
public final class MasterSettings {
    public static final long DEFAULT_DOWN_AFTER = 30_000;
    public static final long DEFAULT_FAILOVER_TIMEOUT = 180_000;

    /** The options of one value, in the order in which they are written down. */
    private static final List<String> OPTIONS = List.of(
            "quorum",
            "down-after-milliseconds",
            "failover-timeout",
            "parallel-syncs",
            "auth-user",
            "auth-pass",
            "notification-script",
            "client-reconfig-script",
            "master-reboot-down-after-period");

    private final String name;
    /** Those that were set, as they were written. */
    private final Map<String, String> values;
    /** Commands that the servers know under another name, in upper case. */
    private final Map<String, String> renamed;

    private MasterSettings(String name, Map<String, String> values, Map<String, String> renamed) {
        this.name = name;
        this.values = values;
        this.renamed = renamed;
    }

    /** @throws IllegalArgumentException for a name that cannot be told from the rest of a line, or a quorum below 1 */
    public static MasterSettings of(String name, int quorum) {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "'" + name + "' cannot name a master; letters, digits, '.', '-' and '_' can");
        }
        return new MasterSettings(name, Map.of(), Map.of()).with("quorum", Integer.toString(quorum));
    }

    /** The name clients ask for. */
    public String name() {
        return name;
    }

    /** Sentinels that must see the master down before a failover is tried; at least 1. */
    public int quorum() {
        return (int) number("quorum", 1);
    }

    /** Silence in milliseconds after which a node counts as down. Default 30,000. */
    public long downAfter() {
        return number("down-after-milliseconds", DEFAULT_DOWN_AFTER);
    }

    /** Milliseconds for each step of a failover; twice this between two attempts. Default 180,000. */
    public long failoverTimeout() {
        return number("failover-timeout", DEFAULT_FAILOVER_TIMEOUT);
    }

    /** Replicas that may follow the new master at the same time. Default 1. */
    public int parallelSyncs() {
        return (int) number("parallel-syncs", 1);
    }

    /** For the master and its replicas. */
    public Credentials credentials() {
        return new Credentials(values.get("auth-user"), values.get("auth-pass"));
    }

    /** What to run at each event that an operator should know of; null for nothing. */
    public String notificationScript() {
        return values.get("notification-script");
    }

    /** What to run when the master's address changes; null for nothing. */
    public String clientReconfigScript() {
        return values.get("client-reconfig-script");
    }

    /** A master that was started again and answers anything but PONG counts as down after so many milliseconds; 0: by silence alone. */
    public long rebootDownAfter() {
        return number("master-reboot-down-after-period", 0);
    }

    /** The name under which the servers know a command. */
    public String commandName(String command) {
        return renamed.getOrDefault(command.toUpperCase(Locale.ROOT), command);
    }

    private long number(String option, long otherwise) {
        String value = values.get(option);
        return value == null ? otherwise : Long.parseLong(value);
    }

    /**
     * These settings with one changed; an empty value takes a credential or a script away.
     *
     * @throws IllegalArgumentException for an unknown option or a value it does not take
     */
    public MasterSettings with(String option, String value) {
        switch (option) {
            case "quorum", "parallel-syncs" -> requireNumber(option, value, 1, Integer.MAX_VALUE);
            case "down-after-milliseconds", "failover-timeout" -> requireNumber(option, value, 1, Long.MAX_VALUE / 16);
            case "master-reboot-down-after-period" -> requireNumber(option, value, 0, Long.MAX_VALUE / 16);
            default -> {
                if (!knows(option)) {
                    throw new IllegalArgumentException("Unrecognized sentinel configuration statement.");
                }
            }
        }
        Map<String, String> next = new LinkedHashMap<>(values);
        if (value.isEmpty()) {
            next.remove(option);
        } else {
            next.put(option, value);
        }
        return new MasterSettings(name, next, renamed);
    }

    /** Whether {@link #with} knows the option. */
    public static boolean knows(String option) {
        return OPTIONS.contains(option);
    }

    /** These settings with a command known under another name; under its own when both are the same. */
    public MasterSettings withRenamed(String command, String to) {
        Map<String, String> next = new LinkedHashMap<>(renamed);
        if (command.equalsIgnoreCase(to)) {
            next.remove(command.toUpperCase(Locale.ROOT));
        } else {
            next.put(command.toUpperCase(Locale.ROOT), to);
        }
        return new MasterSettings(name, values, next);
    }

    public MasterSettings withDownAfter(long millis) {
        return with("down-after-milliseconds", Long.toString(millis));
    }

    public MasterSettings withFailoverTimeout(long millis) {
        return with("failover-timeout", Long.toString(millis));
    }

    /** Whether links that were opened by the other settings serve these too. */
    boolean reachesLike(MasterSettings other) {
        return credentials().equals(other.credentials()) && renamed.equals(other.renamed);
    }

    /** The lines of {@code sentinel.conf}, but for the quorum, which belongs to the line that introduces the master. */
    List<String> directives() {
        List<String> lines = new ArrayList<>();
        for (String option : OPTIONS.subList(1, OPTIONS.size())) {
            String value = values.get(option);
            if (value != null) {
                lines.add("sentinel " + option + " " + name + " " + ConfigWords.quoted(value));
            }
        }
        renamed.forEach((command, to) ->
                lines.add("sentinel rename-command " + name + " " + command + " " + ConfigWords.quoted(to)));
        return lines;
    }

    private static void requireNumber(String option, String value, long least, long greatest) {
        long number;
        try {
            number = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " must be a number, not '" + value + "'", e);
        }
        if (number < least || number > greatest) {
            throw new IllegalArgumentException(option + " must be " + least + " or greater, not " + value);
        }
    }
}
