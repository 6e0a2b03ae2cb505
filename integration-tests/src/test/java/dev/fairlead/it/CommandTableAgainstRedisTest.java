package dev.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.command.Access;
import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import dev.fairlead.command.KeySpec;
import dev.fairlead.it.harness.RedisBinary;
import dev.fairlead.it.harness.RedisClient;
import dev.fairlead.it.harness.RedisProcess;
import dev.fairlead.it.harness.RequiresRedis;
import dev.fairlead.server.EmbeddedCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command table says what a live redis-server 7.0 says of its commands. A difference is allowed only where
 * {@link #KNOWN} names it with a reason, and a name that no longer differs must go from there.
 */
@RequiresRedis("7.0")
class CommandTableAgainstRedisTest {
    private static final String CONTAINER = "a subcommand that the table does not know may write";
    private static final String SCRIPT = "may write, though the server learns it only when the script does";

    /** Command, field, reason. */
    private static final List<Known> KNOWN = List.of(
            new Known("acl", "access", CONTAINER),
            new Known("client", "access", CONTAINER),
            new Known("cluster", "access", CONTAINER),
            new Known("config", "access", CONTAINER),
            new Known("function", "access", CONTAINER),
            new Known("latency", "access", CONTAINER),
            new Known("memory", "access", CONTAINER),
            new Known("module", "access", CONTAINER),
            new Known("object", "access", CONTAINER),
            new Known("pubsub", "access", CONTAINER),
            new Known("script", "access", CONTAINER),
            new Known("slowlog", "access", CONTAINER),
            new Known("xgroup", "access", CONTAINER),
            new Known("xinfo", "access", CONTAINER),
            new Known("eval", "access", SCRIPT),
            new Known("evalsha", "access", SCRIPT),
            new Known("fcall", "access", SCRIPT),
            new Known("exec", "access", "applies the writes that were queued"));

    private static final CommandTable TABLE = CommandTable.standard();

    private static RedisProcess redis;
    private static RedisClient client;

    @BeforeAll
    static void startAServer() {
        RedisBinary found = RedisBinary.find();
        assumeTrue(
                found.isAtLeast("7.0") && !found.isAtLeast("7.1"),
                "compares with redis-server 7.0, found " + found.version());
        redis = RedisProcess.start();
        client = redis.connect();
    }

    @AfterAll
    static void endTheServer() {
        if (redis != null) {
            client.close();
            redis.close();
        }
    }

    @Test
    void everyRowIsWhatTheServerSays() {
        Map<String, Map<String, Object>> theirs = rowsOf(client);
        Map<String, Map<String, Object>> ours = rowsOfTheTable(theirs.keySet());
        Map<String, String> differences = new TreeMap<>();
        Set<String> names = new TreeSet<>(theirs.keySet());
        names.addAll(ours.keySet());
        for (String name : names) {
            if (!theirs.containsKey(name) || !ours.containsKey(name)) {
                differences.put(name + " row", theirs.containsKey(name) ? "not in the table" : "not on the server");
                continue;
            }
            theirs.get(name).forEach((field, value) -> {
                if (!value.equals(ours.get(name).get(field))) {
                    differences.put(
                            name + " " + field, "table: " + ours.get(name).get(field) + ", server: " + value);
                }
            });
        }
        Map<String, String> known = new TreeMap<>();
        KNOWN.forEach(entry -> known.put(entry.command + " " + entry.field, entry.reason));
        assertThat(known).as("each known difference once").hasSameSizeAs(KNOWN);

        Set<String> unneeded = new TreeSet<>(known.keySet());
        unneeded.removeAll(differences.keySet());
        assertThat(unneeded).as("entries of KNOWN that are no longer needed").isEmpty();
        differences.keySet().removeAll(known.keySet());
        assertThat(differences.entrySet())
                .as("differences without a reason in KNOWN")
                .isEmpty();
    }

    /** What other clients read from it, to know where the keys of a call are. */
    @Test
    void theBundledServerSaysOfItsCommandsWhatTheTableSays() {
        try (EmbeddedCluster bundled = EmbeddedCluster.builder().replicas(0).start();
                RedisClient asking = RedisClient.connect(
                        bundled.master().host(), bundled.master().port(), Duration.ofSeconds(10))) {
            Map<String, Map<String, Object>> theirs = rowsOf(asking);
            assertThat(theirs).hasSizeGreaterThan(150);
            Map<String, Map<String, Object>> ours = rowsOfTheTable(theirs.keySet());
            theirs.forEach((name, row) -> {
                for (String field : List.of("arity", "flags", "acl", "plain range", "keys")) {
                    assertThat(row.get(field))
                            .as("%s of %s", field, name)
                            .isEqualTo(ours.get(name).get(field));
                }
            });
        }
    }

    /**
     * COMMAND GETKEYS knows more than key specs say. Where it names a key that the call does not touch (of STORE and
     * STOREDIST only the last counts; an XREAD with a stream too many is refused), the call is not here: the table
     * names what is touched.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET k",
                "MGET a b c",
                "MSET a 1 b 2",
                "LCS a b",
                "DEL a b",
                "COPY a b DB 1",
                "RENAME a b",
                "OBJECT ENCODING a",
                "MEMORY USAGE a",
                "XINFO STREAM a",
                "XGROUP CREATE a g $",
                "BITOP AND d a b",
                "BLPOP a b 0",
                "BZPOPMIN a b 0",
                "BLMOVE a b LEFT LEFT 0",
                "BRPOPLPUSH a b 0",
                "BLMPOP 0 2 a b LEFT",
                "LMPOP 1 a LEFT",
                "BZMPOP 0 2 a b MIN",
                "ZMPOP 2 a b MAX COUNT 2",
                "SINTERCARD 2 a b LIMIT 1",
                "ZUNION 2 a b WEIGHTS 1 2",
                "ZUNIONSTORE d 2 a b WEIGHTS 1 2",
                "ZDIFFSTORE d 1 a",
                "ZRANGESTORE d a 0 1",
                "GEOSEARCHSTORE d a FROMMEMBER m BYRADIUS 1 km",
                "PFMERGE d a b",
                "PFCOUNT a b",
                "SMOVE a b m",
                "SDIFFSTORE d a b",
                "EVAL s 2 a b c",
                "EVALSHA s 1 a",
                "EVAL_RO s 1 a",
                "FCALL f 2 a b c",
                "FCALL_RO f 1 a b",
                "SORT a",
                "SORT a STORE b",
                "SORT a LIMIT 0 STORE STORE b",
                "SORT a BY STORE STORE b",
                "SORT a GET STORE GET # STORE b",
                "SORT a STORE b STORE c",
                "SORT_RO a BY x",
                "GEORADIUS g 1 2 3 km",
                "GEORADIUS g 1 2 3 km COUNT 1 STORE d",
                "GEORADIUSBYMEMBER g m 3 km STOREDIST d",
                "GEORADIUS_RO g 1 2 3 km",
                "XREAD STREAMS a b 0 0",
                "XREAD COUNT 2 BLOCK 0 STREAMS a 0",
                "XREAD COUNT BLOCK STREAMS a 0",
                "XREADGROUP GROUP g c COUNT 1 NOACK STREAMS a b > >",
                "XREADGROUP GROUP STREAMS c STREAMS a >",
                "XADD a * f v",
                "MIGRATE h 1 a 0 9 COPY",
                "MIGRATE h 1 a 0 9 KEYS b",
                "MIGRATE h 1 '' 0 9 COPY KEYS a b",
                "MIGRATE h 1 '' 0 9 AUTH KEYS KEYS a b",
                "MIGRATE h 1 '' 0 9 AUTH2 KEYS KEYS KEYS a",
                "WATCH a b",
                "SET k v GET",
                "BITFIELD b GET u8 0",
                "RESTORE a 0 x REPLACE",
                "TOUCH a b",
                // No keys, by intent or by mistake.
                "PING x",
                "EVAL s 0",
                "EVAL s 3 a b",
                "EVAL s x a",
                "EVAL s -1 a",
                "ZUNION 3 a b",
                "XREAD COUNT 2 a 0",
                "SPUBLISH c m",
                "FLUSHALL ASYNC",
            })
    void findsTheKeysThatTheServerFinds(String call) {
        String[] words = Arrays.stream(call.split(" "))
                .map(word -> word.equals("''") ? "" : word)
                .toArray(String[]::new);
        byte[][] argv = Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        List<String> ours = Arrays.stream(TABLE.find(argv).keyPositions(argv))
                .mapToObj(i -> words[i])
                .toList();

        List<String> question = new ArrayList<>(List.of("COMMAND", "GETKEYS"));
        question.addAll(List.of(words));
        Object reply = client.ask(question.toArray(String[]::new));
        if (reply instanceof RedisClient.ErrorReply error) {
            assertThat(error.getMessage()).containsAnyOf("no key arguments", "Invalid arguments");
            reply = List.of();
        }
        assertThat(ours).isEqualTo(reply);
    }

    /** The one question that matters: a call that the driver sends to a replica is not refused there. */
    @Test
    void aReplicaServesWhatTheTableCallsAReadAndRefusesWhatItCallsAWrite() {
        Set<String> known = KNOWN.stream().map(Known::command).collect(Collectors.toSet());
        try (RedisProcess replica =
                        RedisProcess.start("replicaof 127.0.0.1 1"); // Nothing listens there: a replica on its own.
                RedisClient reader = replica.connect()) {
            Set<String> served = rowsOf(client).keySet();
            int asked = 0;
            for (CommandSpec row : TABLE.all()) {
                if (row.access() == Access.OTHER || known.contains(row.name()) || !served.contains(row.name())) {
                    continue;
                }
                Object reply = reader.ask(shortestCall(row));
                boolean refused = reply instanceof RedisClient.ErrorReply error
                        && error.getMessage().startsWith("READONLY ");
                assertThat(refused).as(row.name() + " -> " + reply).isEqualTo(row.access() == Access.WRITE);
                asked++;
            }
            assertThat(asked).isGreaterThan(190);
        }
    }

    private static String[] shortestCall(CommandSpec row) {
        List<String> call = new ArrayList<>(List.of(row.name().split("\\|")));
        while (call.size() < Math.abs(row.arity())) {
            call.add("1");
        }
        return call.toArray(String[]::new);
    }

    /**
     * Rows of the table as COMMAND and COMMAND DOCS would give them; those of later servers only if this one has
     * them.
     */
    private static Map<String, Map<String, Object>> rowsOfTheTable(Set<String> served) {
        Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
        for (CommandSpec spec : TABLE.all()) {
            if (isLaterThan70(spec.since()) && !served.contains(spec.name())) {
                continue;
            }
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("arity", (long) spec.arity());
            row.put("access", spec.access());
            row.put("flags", spec.flags());
            row.put("acl", spec.categories());
            row.put("plain range", List.of((long) spec.firstKey(), (long) spec.lastKey(), (long) spec.keyStep()));
            row.put("keys", spec.keySpecs());
            row.put(
                    "subcommands",
                    spec.subcommands().stream()
                            .filter(sub -> !isLaterThan70(sub.since()))
                            .map(CommandSpec::name)
                            .collect(Collectors.toSet()));
            row.put("since", spec.since());
            row.put("group", spec.group());
            rows.put(spec.name(), row);
        }
        return rows;
    }

    private static boolean isLaterThan70(String since) {
        return since.startsWith("valkey-") || since.compareTo("7.1") > 0;
    }

    private static Map<String, Map<String, Object>> rowsOf(RedisClient server) {
        Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
        for (Object info : server.list("COMMAND")) {
            addRow(items(info), rows);
        }
        addDocs(server.list("COMMAND", "DOCS"), rows);
        return rows;
    }

    private static void addRow(List<Object> info, Map<String, Map<String, Object>> rows) {
        Set<Object> flags = new LinkedHashSet<>(items(info.get(2)));
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("arity", info.get(1));
        row.put(
                "access",
                flags.contains("write") ? Access.WRITE : flags.contains("readonly") ? Access.READ : Access.OTHER);
        row.put("flags", flags);
        row.put(
                "acl",
                items(info.get(6)).stream()
                        .map(acl -> acl.toString().substring(1))
                        .collect(Collectors.toSet()));
        row.put("plain range", info.subList(3, 6));
        row.put(
                "keys",
                items(info.get(8)).stream().map(spec -> keySpec(fields(spec))).toList());
        row.put(
                "subcommands",
                items(info.get(9)).stream().map(sub -> items(sub).get(0)).collect(Collectors.toSet()));
        rows.put((String) info.get(0), row);
        for (Object subcommand : items(info.get(9))) {
            addRow(items(subcommand), rows);
        }
    }

    private static void addDocs(List<Object> namesAndDocs, Map<String, Map<String, Object>> rows) {
        for (int i = 0; i < namesAndDocs.size(); i += 2) {
            Map<String, Object> doc = fields(namesAndDocs.get(i + 1));
            Map<String, Object> row = rows.get((String) namesAndDocs.get(i));
            row.put("since", doc.get("since"));
            row.put("group", doc.get("group"));
            addDocs(items(doc.getOrDefault("subcommands", List.of())), rows);
        }
    }

    private static KeySpec keySpec(Map<String, Object> spec) {
        Set<String> flags =
                items(spec.get("flags")).stream().map(Object::toString).collect(Collectors.toSet());
        Map<String, Object> begin = fields(spec.get("begin_search"));
        Map<String, Object> at = fields(begin.get("spec"));
        Map<String, Object> find = fields(spec.get("find_keys"));
        Map<String, Object> reach = fields(find.get("spec"));
        KeySpec.Begin from =
                switch ((String) begin.get("type")) {
                    case "index" -> new KeySpec.Index(number(at, "index"));
                    case "keyword" -> new KeySpec.Keyword((String) at.get("keyword"), number(at, "startfrom"));
                    default -> new KeySpec.Unknown();
                };
        KeySpec.Find to =
                switch ((String) find.get("type")) {
                    case "range" ->
                        new KeySpec.Range(number(reach, "lastkey"), number(reach, "keystep"), number(reach, "limit"));
                    case "keynum" -> {
                        assertThat(reach)
                                .as("the only form that KeyCount stands for")
                                .isEqualTo(Map.of("keynumidx", 0L, "firstkey", 1L, "keystep", 1L));
                        yield new KeySpec.KeyCount();
                    }
                    default -> new KeySpec.Unknown();
                };
        return new KeySpec(flags, from, to);
    }

    private static int number(Map<String, Object> fields, String name) {
        return Math.toIntExact((Long) fields.get(name));
    }

    /** A map as RESP2 has it: names and values in turn. */
    private static Map<String, Object> fields(Object flat) {
        List<Object> items = items(flat);
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i += 2) {
            fields.put((String) items.get(i), items.get(i + 1));
        }
        return fields;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> items(Object array) {
        return (List<Object>) array;
    }

    private record Known(String command, String field, String reason) {}
}
