package dev.fairlead.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * One directive of redis.conf: what values it takes, its default, and whether this server acts on it. Immutable.
 *
 * @param name as new files spell it
 * @param kind {@code bool}, {@code int}, {@code memory}, {@code octal}, {@code enum}, {@code text}, {@code words} (a list on one line), {@code save},
 *     {@code limits}
 * @param bounds of a number: least and greatest; of an enum: the allowed words
 * @param defaultValue as CONFIG GET prints it
 * @param immutable whether only a file or the command line may set it
 * @param effective whether this server acts on it; others are accepted so that a file can be used as it is
 */
record Directive(
        String name, String kind, List<String> bounds, String defaultValue, boolean immutable, boolean effective) {

    /*
     * name, kind with its bounds, default. '!' before a name: cannot be set at run time. '~': accepted, not acted on.
     * Defaults are those of redis 7.0.15, as its CONFIG GET prints them.
     */
    private static final String TABLE = """
            !port int:0..65535 6379
            !bind words * -::*
            !tcp-backlog int:0..2147483647 511
            tcp-keepalive int:0..2147483647 300
            timeout int:0..2147483647 0
            maxclients int:1..2147483647 10000
            protected-mode bool yes
            requirepass text
            masterauth text
            masteruser text
            !replicaof words
            replica-serve-stale-data bool yes
            replica-read-only bool yes
            replica-refuse-empty-master bool yes
            replica-max-staleness-ms int:0..86400000 0
            replica-priority int:0..2147483647 100
            replica-announced bool yes
            replica-announce-ip text
            replica-announce-port int:0..65535 0
            ~replica-ignore-maxmemory bool yes
            ~replica-lazy-flush bool no
            ~replica-ignore-disk-write-errors bool no
            repl-ping-replica-period int:1..2147483647 10
            repl-timeout int:1..2147483647 60
            repl-backlog-size memory:1..9223372036854775807 1048576
            repl-backlog-ttl int:0..2147483647 3600
            repl-diskless-sync bool yes
            repl-diskless-sync-delay int:0..2147483647 5
            repl-diskless-sync-max-replicas int:0..2147483647 0
            ~repl-diskless-load enum:disabled|on-empty-db|swapdb disabled
            ~repl-disable-tcp-nodelay bool no
            min-replicas-to-write int:0..2147483647 0
            min-replicas-max-lag int:0..2147483647 10
            client-output-buffer-limit limits normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60
            client-query-buffer-limit memory:1048576..9223372036854775807 1073741824
            proto-max-bulk-len memory:1048576..536870912 536870912
            !databases int:1..2147483647 16
            !dir text .
            !dbfilename text dump.rdb
            save save 3600 1 300 100 60 10000
            rdbcompression bool yes
            !rdbchecksum bool yes
            ~rdb-key-save-delay int:-2147483648..2147483647 0
            ~key-load-delay int:-2147483648..2147483647 0
            ~rdb-del-sync-files bool no
            ~rdb-save-incremental-fsync bool yes
            stop-writes-on-bgsave-error bool yes
            ~sanitize-dump-payload enum:no|yes|clients no
            !logfile text
            !loglevel enum:debug|verbose|notice|warning notice
            ~!daemonize bool no
            ~!supervised enum:upstart|systemd|auto|no no
            ~!pidfile text
            ~!always-show-logo bool no
            ~!syslog-enabled bool no
            ~!syslog-ident text redis
            ~!syslog-facility text local0
            ~!set-proc-title bool yes
            ~!proc-title-template text {title} {listen-addr} {server-mode}
            shutdown-timeout int:0..2147483647 10
            ~shutdown-on-sigint text default
            ~shutdown-on-sigterm text default
            ~hz int:1..500 10
            ~dynamic-hz bool yes
            ~active-expire-effort int:1..10 1
            ~maxmemory memory:0..9223372036854775807 0
            ~maxmemory-policy enum:volatile-lru|volatile-lfu|volatile-random|volatile-ttl|allkeys-lru|allkeys-lfu|allkeys-random|noeviction noeviction
            ~maxmemory-samples int:1..2147483647 5
            ~maxmemory-clients memory:0..9223372036854775807 0
            ~maxmemory-eviction-tenacity int:0..100 10
            ~lfu-log-factor int:0..2147483647 10
            ~lfu-decay-time int:0..2147483647 1
            ~lazyfree-lazy-eviction bool no
            ~lazyfree-lazy-expire bool no
            ~lazyfree-lazy-server-del bool no
            ~lazyfree-lazy-user-del bool no
            ~lazyfree-lazy-user-flush bool no
            ~appendonly bool no
            ~!appendfilename text appendonly.aof
            ~!appenddirname text appendonlydir
            ~appendfsync enum:everysec|always|no everysec
            ~no-appendfsync-on-rewrite bool no
            ~auto-aof-rewrite-percentage int:0..2147483647 100
            ~auto-aof-rewrite-min-size memory:0..9223372036854775807 67108864
            ~aof-load-truncated bool yes
            ~aof-use-rdb-preamble bool yes
            ~aof-timestamp-enabled bool no
            ~aof-rewrite-incremental-fsync bool yes
            ~!aof-disable-auto-gc bool no
            hash-max-listpack-entries int:0..2147483647 512
            hash-max-listpack-value int:0..2147483647 64
            zset-max-listpack-entries int:0..2147483647 128
            zset-max-listpack-value int:0..2147483647 64
            set-max-intset-entries int:0..2147483647 512
            ~list-max-listpack-size int:-5..2147483647 -2
            ~list-compress-depth int:0..2147483647 0
            ~hll-sparse-max-bytes memory:0..9223372036854775807 3000
            ~stream-node-max-bytes memory:0..9223372036854775807 4096
            ~stream-node-max-entries int:0..2147483647 100
            ~notify-keyspace-events text
            slowlog-log-slower-than int:-1..2147483647 10000
            slowlog-max-len int:0..2147483647 128
            ~latency-monitor-threshold int:0..2147483647 0
            ~latency-tracking bool yes
            ~latency-tracking-info-percentiles words 50 99 99.9
            ~activerehashing bool yes
            ~activedefrag bool no
            ~propagation-error-behavior enum:ignore|panic|panic-on-replicas ignore
            ~busy-reply-threshold int:0..2147483647 5000
            ~tracking-table-max-keys int:0..2147483647 1000000
            ~io-threads int:1..128 1
            ~io-threads-do-reads bool no
            !enable-debug-command enum:no|yes|local no
            ~!enable-module-command enum:no|yes|local no
            ~!enable-protected-configs enum:no|yes|local no
            ~acllog-max-len int:0..2147483647 128
            ~!aclfile text
            ~acl-pubsub-default enum:allchannels|resetchannels resetchannels
            ~!unixsocket text
            ~!unixsocketperm octal 0
            ~bind-source-addr text
            ~!cluster-enabled bool no
            !tls-port int:0..65535 0
            tls-cert-file text
            tls-key-file text
            tls-key-file-pass text
            tls-client-cert-file text
            tls-client-key-file text
            tls-client-key-file-pass text
            ~tls-dh-params-file text
            tls-ca-cert-file text
            tls-ca-cert-dir text
            tls-auth-clients enum:no|yes|optional yes
            tls-protocols text
            tls-ciphers text
            tls-ciphersuites text
            tls-prefer-server-ciphers bool no
            ~tls-session-caching bool yes
            tls-session-cache-size int:0..2147483647 20480
            tls-session-cache-timeout int:0..2147483647 300
            tls-replication bool no
            ~tls-cluster bool no
            ~oom-score-adj enum:no|yes|relative|absolute no
            ~oom-score-adj-values words 0 200 800
            ~disable-thp bool yes
            ~crash-log-enabled bool yes
            ~crash-memcheck-enabled bool yes
            ~jemalloc-bg-thread bool yes
            ~ignore-warnings words
            """;

    /**
     * What would promise durability, safety or reach that this server does not have: another value than the default is refused
     * with these words, since a server that runs without it would be a surprise. Some Redis knows as commands of the file only.
     */
    private static final Map<String, String> NOT_YET = Map.ofEntries(
            Map.entry(
                    "appendonly",
                    "this server keeps no append-only file yet: set it to no, and let 'save' keep data files"),
            Map.entry(
                    "maxmemory",
                    "this server does not limit its data yet: set it to 0, and bound the heap with java -Xmx"),
            Map.entry("cluster-enabled", "this server is no part of a Redis Cluster: set it to no"),
            Map.entry("aclfile", "this server has no users yet: remove the line, and set 'requirepass'"),
            Map.entry("user", "this server has no users yet: remove the line, and set 'requirepass'"),
            Map.entry(
                    "rename-command",
                    "this server renames no commands: remove the line, and keep the port from strangers"),
            Map.entry("loadmodule", "this server loads no modules: remove the line"),
            Map.entry("unixsocket", "this server listens on TCP ports only: remove the line"));

    /** Old spelling, new spelling. */
    private static final String[][] OLD_NAMES = {
        {"slaveof", "replicaof"},
        {"slave-serve-stale-data", "replica-serve-stale-data"},
        {"slave-read-only", "replica-read-only"},
        {"slave-priority", "replica-priority"},
        {"slave-announce-ip", "replica-announce-ip"},
        {"slave-announce-port", "replica-announce-port"},
        {"slave-ignore-maxmemory", "replica-ignore-maxmemory"},
        {"slave-lazy-flush", "replica-lazy-flush"},
        {"repl-ping-slave-period", "repl-ping-replica-period"},
        {"min-slaves-to-write", "min-replicas-to-write"},
        {"min-slaves-max-lag", "min-replicas-max-lag"},
        {"lua-time-limit", "busy-reply-threshold"},
        {"hash-max-ziplist-entries", "hash-max-listpack-entries"},
        {"hash-max-ziplist-value", "hash-max-listpack-value"},
        {"zset-max-ziplist-entries", "zset-max-listpack-entries"},
        {"zset-max-ziplist-value", "zset-max-listpack-value"},
        {"list-max-ziplist-size", "list-max-listpack-size"},
    };

    private static final Map<String, Directive> BY_NAME = new LinkedHashMap<>();
    private static final Map<String, String> NEW_NAMES = new HashMap<>();

    static {
        TABLE.lines().map(Directive::row).forEach(directive -> BY_NAME.put(directive.name, directive));
        for (String[] pair : OLD_NAMES) {
            NEW_NAMES.put(pair[0], pair[1]);
        }
    }

    private static Directive row(String line) {
        String[] columns = line.strip().split(" ", 3);
        String name = columns[0];
        boolean effective = !name.startsWith("~");
        boolean immutable = name.contains("!");
        int colon = columns[1].indexOf(':');
        List<String> bounds = colon < 0
                ? List.of()
                : Arrays.asList(columns[1].substring(colon + 1).split("\\.\\.|\\|"));
        String kind = colon < 0 ? columns[1] : columns[1].substring(0, colon);
        return new Directive(
                name.replace("~", "").replace("!", ""),
                kind,
                bounds,
                columns.length > 2 ? columns[2] : "",
                immutable,
                effective);
    }

    /** The directive of a name in any case, old spellings included; null when there is none. */
    static Directive find(String anyName) {
        String name = anyName.toLowerCase(Locale.ROOT);
        return BY_NAME.get(NEW_NAMES.getOrDefault(name, name));
    }

    /** Why this server cannot do what a directive asks for, known or not; null when nothing is to be said. */
    private static String notYet(String name) {
        return NOT_YET.get(name.toLowerCase(Locale.ROOT));
    }

    /** What to say about a name that {@link #find} does not know. */
    static String unknown(String name) {
        String reason = notYet(name);
        return reason == null ? "Bad directive or wrong number of arguments" : reason;
    }

    /** Every spelling that {@link #find} knows, in order. */
    static TreeSet<String> spellings() {
        TreeSet<String> names = new TreeSet<>(BY_NAME.keySet());
        names.addAll(NEW_NAMES.keySet());
        return names;
    }

    static Iterable<Directive> all() {
        return BY_NAME.values();
    }

    /**
     * The value as CONFIG GET prints it, made from the words of a line.
     *
     * @param current what it is now, for directives that a second line adds to
     * @throws IllegalArgumentException with Redis's text when the words are no value of this directive
     */
    String accept(List<String> words, String current) {
        String value = value(words, current);
        String reason = value.equals(defaultValue) ? null : notYet(name);
        if (reason != null) {
            throw new IllegalArgumentException(reason);
        }
        return value;
    }

    private String value(List<String> words, String current) {
        if (kind.equals("save")) {
            return save(words, current);
        }
        if (kind.equals("limits")) {
            return limits(words, current);
        }
        if (kind.equals("words")) {
            return String.join(" ", words).strip();
        }
        if (words.size() != 1) {
            throw new IllegalArgumentException("wrong number of arguments");
        }
        String word = words.get(0);
        return switch (kind) {
            case "bool" -> bool(word);
            case "int" -> Long.toString(between(integer(word)));
            case "octal" -> word;
            case "memory" -> Long.toString(between(memory(word)));
            case "enum" -> oneOf(word);
            default -> word;
        };
    }

    private static String bool(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (!lower.equals("yes") && !lower.equals("no")) {
            throw new IllegalArgumentException("argument must be 'yes' or 'no'");
        }
        return lower;
    }

    private String oneOf(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (!bounds.contains(lower)) {
            throw new IllegalArgumentException(
                    "argument(s) must be one of the following: " + String.join(", ", bounds));
        }
        return lower;
    }

    private long between(long value) {
        if (value < Long.parseLong(bounds.get(0)) || value > Long.parseLong(bounds.get(1))) {
            throw new IllegalArgumentException(
                    "argument must be between " + bounds.get(0) + " and " + bounds.get(1) + " inclusive");
        }
        return value;
    }

    private static long integer(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("argument couldn't be parsed into an integer", e);
        }
    }

    /** {@code 1k} is 1000 bytes and {@code 1kb} 1024, likewise m, mb, g, gb. */
    static long memory(String word) {
        String lower = word.toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < lower.length() && Character.isDigit(lower.charAt(digits))) {
            digits++;
        }
        Long unit = Map.of(
                        "",
                        1L,
                        "b",
                        1L,
                        "k",
                        1000L,
                        "kb",
                        1L << 10,
                        "m",
                        1_000_000L,
                        "mb",
                        1L << 20,
                        "g",
                        1_000_000_000L,
                        "gb",
                        1L << 30)
                .get(lower.substring(digits));
        if (digits == 0 || unit == null) {
            throw new IllegalArgumentException("argument must be a memory value");
        }
        try {
            return Math.multiplyExact(Long.parseLong(lower.substring(0, digits)), unit);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("argument must be a memory value", e);
        }
    }

    private static String save(List<String> words, String current) {
        List<String> all =
                words.size() == 1 ? Arrays.asList(words.get(0).strip().split("\\s+")) : words;
        if (all.size() == 1 && all.get(0).isEmpty()) {
            return "";
        }
        boolean valid = all.size() % 2 == 0;
        for (int i = 0; valid && i < all.size(); i++) {
            valid = all.get(i).matches("\\d{1,9}") && (i % 2 == 1 || Integer.parseInt(all.get(i)) >= 1);
        }
        if (!valid) {
            throw new IllegalArgumentException("Invalid save parameters");
        }
        return (current + " " + String.join(" ", all)).strip();
    }

    private static String limits(List<String> words, String current) {
        List<String> all = words.size() == 1 ? Arrays.asList(words.get(0).split("\\s+")) : words;
        if (all.size() % 4 != 0) {
            throw new IllegalArgumentException("Wrong number of arguments in buffer limit configuration.");
        }
        List<String> result = new ArrayList<>(Arrays.asList(current.split(" ")));
        for (int i = 0; i < all.size(); i += 4) {
            String name = all.get(i).toLowerCase(Locale.ROOT);
            int at = result.indexOf(name.equals("replica") ? "slave" : name);
            if (at < 0 || at % 4 != 0) {
                throw new IllegalArgumentException("Invalid client class specified in buffer limit configuration.");
            }
            try {
                result.set(at + 1, Long.toString(memory(all.get(i + 1))));
                result.set(at + 2, Long.toString(memory(all.get(i + 2))));
                result.set(at + 3, Integer.toString(Integer.parseUnsignedInt(all.get(i + 3))));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "Error in hard, soft or soft_seconds setting in buffer limit configuration.", e);
            }
        }
        return String.join(" ", result);
    }
}
