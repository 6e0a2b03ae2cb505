package dev.fairlead.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every command of Redis 7.0 has a typed method, or a reason here why not; every typed method sends a command of the table. A reason
 * for a command that has a method, or that the table does not know, has to go.
 */
class EveryCommandTypedTest {
    private static final String CONNECTION =
            "changes the connection, which is the client's to set up (RoutingClientBuilder)";
    private static final String TRANSACTION = "DedicatedLink.transaction does it";
    private static final String SUBSCRIPTION = "RoutingClient.subscribe does it";
    private static final String OPERATOR =
            "an operator's: it changes what one server is, or stops it; Command.of sends it";
    private static final String REPLICATION = "spoken between servers";
    private static final String CLUSTER = "of the cluster mode, which this client does not speak";
    private static final String TOPOLOGY = "RoutingClient.topology says it, kept up to date";
    private static final String TABLE = "the client has a table of its own; Command.of gives the server's";
    private static final String NEWER = "since Redis 7.0 other words do it: ";

    /** By the name of a command, or of a container with all of its subcommands ({@code cluster|*}). */
    private static final Map<String, String> REASONS = reasons();

    private static Map<String, String> reasons() {
        Map<String, String> reasons = new HashMap<>();
        for (String each : List.of("asking", "auth", "hello", "quit", "readonly", "readwrite", "reset", "select")) {
            reasons.put(each, CONNECTION);
        }
        for (String each : List.of("caching", "getredir", "no-evict", "reply", "setname", "tracking", "trackinginfo")) {
            reasons.put("client|" + each, CONNECTION);
        }
        for (String each : List.of("discard", "exec", "multi")) {
            reasons.put(each, TRANSACTION);
        }
        for (String each :
                List.of("psubscribe", "punsubscribe", "ssubscribe", "subscribe", "sunsubscribe", "unsubscribe")) {
            reasons.put(each, SUBSCRIPTION);
        }
        for (String each : List.of(
                "acl|load",
                "acl|save",
                "bgrewriteaof",
                "bgsave",
                "debug",
                "failover",
                "migrate",
                "module|*",
                "monitor",
                "pfdebug",
                "pfselftest",
                "replicaof",
                "save",
                "script|debug",
                "shutdown",
                "slaveof")) {
            reasons.put(each, OPERATOR);
        }
        for (String each : List.of("psync", "replconf", "restore-asking", "sync")) {
            reasons.put(each, REPLICATION);
        }
        reasons.put("cluster|*", CLUSTER);
        reasons.put("role", TOPOLOGY);
        for (String each : List.of("command", "command|docs", "command|info")) {
            reasons.put(each, TABLE);
        }
        reasons.put("brpoplpush", NEWER + "blmove");
        reasons.put("rpoplpush", NEWER + "lmove");
        reasons.put("getset", NEWER + "setGet");
        reasons.put("psetex", NEWER + "set with SetOption.expireIn");
        reasons.put("setex", NEWER + "set with SetOption.expireIn");
        reasons.put("substr", NEWER + "getRange");
        reasons.put("hmset", NEWER + "hset");
        for (String each : List.of("georadius", "georadius_ro", "georadiusbymember", "georadiusbymember_ro")) {
            reasons.put(each, NEWER + "geoSearch, geoSearchStore");
        }
        reasons.put("function|stats", "tells of a function that runs now; Command.of sends it");
        reasons.put("lolwut", "art");
        return reasons;
    }

    /** Methods that say more than the name of their command: what becomes of the name. */
    private static final Map<String, String> NAMED_OTHERWISE = new TreeMap<>(Map.ofEntries(
            Map.entry("aclLogReset", "acl|log"),
            Map.entry("clientPauseAll", "client|pause"),
            Map.entry("clientPauseWrites", "client|pause"),
            Map.entry("functionReplace", "function|load"),
            Map.entry("geoSearchStoreDistances", "geosearchstore"),
            Map.entry("geoSearchWithPlaces", "geosearch"),
            Map.entry("getPersist", "getex"),
            Map.entry("hrandFieldWithValues", "hrandfield"),
            Map.entry("lcsLength", "lcs"),
            Map.entry("lcsMatches", "lcs"),
            Map.entry("linsertAfter", "linsert"),
            Map.entry("linsertBefore", "linsert"),
            Map.entry("setGet", "set"),
            Map.entry("sortStore", "sort"),
            Map.entry("waitReplicas", "wait"),
            Map.entry("xautoClaimJustId", "xautoclaim"),
            Map.entry("xclaimJustId", "xclaim"),
            Map.entry("xinfoStreamFull", "xinfo|stream"),
            Map.entry("zaddIncr", "zadd"),
            Map.entry("zrandMemberWithScores", "zrandmember"),
            Map.entry("zrangeWithScores", "zrange"),
            Map.entry("zrevRangeWithScores", "zrevrange")));

    /** Arguments by the name of their parameter, where any text would not do. */
    private static final Map<String, Object> SAMPLES_BY_NAME =
            Map.of("call", Commands.get("k"), "idsByKey", Map.of("k", "0"), "places", Map.of("m", new GeoPoint(1, 2)));

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "k"),
            Map.entry(Object.class, "v"),
            Map.entry(byte[].class, new byte[] {1}),
            Map.entry(long.class, 1L),
            Map.entry(int.class, 1),
            Map.entry(double.class, 1.5),
            Map.entry(boolean.class, true),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(BitRange.class, BitRange.bits(0, -1)),
            Map.entry(GeoSearch.class, GeoSearch.within(1, GeoUnit.KM).of("m")),
            Map.entry(LexRange.class, LexRange.ALL),
            Map.entry(LposOptions.class, LposOptions.ALL),
            Map.entry(PendingQuery.class, PendingQuery.first(1)),
            Map.entry(RangeQuery.class, RangeQuery.byRank(0, -1)),
            Map.entry(RestoreOptions.class, RestoreOptions.DEFAULTS),
            Map.entry(ScanOptions.class, ScanOptions.ALL),
            Map.entry(ScoreMix.class, ScoreMix.MAX),
            Map.entry(ScoreRange.class, ScoreRange.ALL),
            Map.entry(SortOptions.class, SortOptions.NUMERIC),
            Map.entry(StreamRead.class, StreamRead.DEFAULTS),
            Map.entry(StreamTrim.class, StreamTrim.maxLength(1)),
            Map.entry(XaddOptions.class, XaddOptions.DEFAULTS));

    private static Stream<Method> methods() {
        return Arrays.stream(Commands.class.getMethods())
                .filter(each -> Modifier.isStatic(each.getModifiers()))
                .filter(each -> Command.class.isAssignableFrom(each.getReturnType()));
    }

    private static Command<?> call(Method method) {
        try {
            method.setAccessible(true); // Its class is package-private.
            return (Command<?>) method.invoke(
                    null,
                    Arrays.stream(method.getParameters())
                            .map(each -> SAMPLES_BY_NAME.containsKey(each.getName())
                                    ? SAMPLES_BY_NAME.get(each.getName())
                                    : sample(each.getParameterizedType()))
                            .toArray());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(method.toString(), e);
        }
    }

    private static Object sample(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return generic.getRawType() == List.class ? List.of("k") : Map.of("k", last == Double.class ? 1.5 : "v");
        }
        Class<?> plain = (Class<?>) type;
        if (SAMPLES.containsKey(plain)) {
            return SAMPLES.get(plain);
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        }
        if (plain == String[].class || plain == Object[].class) {
            return plain == String[].class ? new String[] {"k", "l"} : new Object[] {"v", "w"};
        }
        if (plain == ClientFilter[].class) {
            return new ClientFilter[] {ClientFilter.id(1)};
        }
        assertThat(plain.isArray()).as("a sample for " + plain).isTrue();
        return Array.newInstance(plain.getComponentType(), 0);
    }

    @Test
    void everyTypedMethodSendsACommandOfTheTableWithAnArityThatFits() {
        List<Method> methods = methods().toList();
        for (Method method : methods) {
            Command<?> command = call(method);
            CommandSpec spec = command.spec();
            String name = spec.name().replaceAll("[|_-]", "");
            String wanted = NAMED_OTHERWISE
                    .getOrDefault(method.getName(), method.getName().toLowerCase(Locale.ROOT))
                    .replace("|", "");
            assertThat(name).as(method.toString()).isEqualTo(wanted);
            int given = command.argv().length;
            assertThat(spec.accepts(given))
                    .as("%s sends %d words; arity is %d", method, given, spec.arity())
                    .isTrue();
            boolean takesKeys = Arrays.stream(method.getParameters())
                    .anyMatch(each -> each.getName().matches("keys?|source|target|valuesByKey|idsByKey"));
            assertThat(spec.keyPositions(command.argv()).length > 0)
                    .as("keys of %s", method)
                    .isEqualTo(takesKeys);
        }
        assertThat(methods).hasSizeGreaterThan(250);
        Set<String> unused = new TreeSet<>(NAMED_OTHERWISE.keySet());
        methods.forEach(each -> unused.remove(each.getName()));
        assertThat(unused).as("names without a method").isEmpty();
    }

    @Test
    void everyCommandOfRedis70HasATypedMethodOrAReasonWhyNot() {
        Set<String> typed = new TreeSet<>();
        methods().forEach(each -> typed.add(call(each).spec().name()));
        Set<String> unusedReasons = new TreeSet<>(REASONS.keySet());
        Set<String> missing = new TreeSet<>();
        for (CommandSpec spec : CommandTable.standard().all()) {
            String reason = reason(spec);
            if (reason != null) {
                unusedReasons.remove(reason);
            }
            boolean wanted = upTo70(spec.since())
                    && !spec.name().endsWith("|help")
                    && (!spec.isContainer() || spec.name().equals("command"));
            if (wanted && reason == null && !typed.contains(spec.name())) {
                missing.add(spec.name());
            }
            assertThat(reason != null && typed.contains(spec.name()))
                    .as("%s has a typed method and a reason to have none", spec)
                    .isFalse();
        }
        assertThat(missing).as("neither typed nor with a reason").isEmpty();
        assertThat(unusedReasons).as("reasons for what the table does not know").isEmpty();
    }

    /** The entry of {@link #REASONS} that speaks of it; null when none does. */
    private static String reason(CommandSpec spec) {
        String family = spec.name().replaceFirst("\\|.*", "|*");
        return REASONS.containsKey(spec.name()) ? spec.name() : REASONS.containsKey(family) ? family : null;
    }

    private static boolean upTo70(String since) {
        if (!Character.isDigit(since.charAt(0))) {
            return false; // Not Redis's: Valkey's, or our server's own.
        }
        String[] numbers = since.split("\\.");
        int major = Integer.parseInt(numbers[0]);
        return major < 7 || major == 7 && numbers[1].equals("0");
    }
}
