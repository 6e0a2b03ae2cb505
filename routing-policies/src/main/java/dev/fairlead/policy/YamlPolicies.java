package dev.fairlead.policy;

import dev.fairlead.command.CommandSpec;
import dev.fairlead.command.CommandTable;
import dev.fairlead.topology.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads the YAML form of a policy set: {@code version}, {@code defaults}, {@code policies}, {@code rules}. One instance reads one
 * text. It goes on after an error, so that a file's mistakes come together.
 *
 * <p>The form is closed: an unknown key or value is an error, never passed over. Aliases are refused, since a named policy does
 * what they would do; with them goes every way to make a small text large.
 */
final class YamlPolicies {
    /** A rule is about 100 characters: room for 2,000 of them, far more than anybody keeps in mind. */
    static final int MAX_CHARACTERS = 262_144;

    /** A screen full; who has more has one mistake many times over. */
    static final int MAX_ERRORS = 20;

    /** The deepest form is rules, rule, match, commands, name. */
    private static final int MAX_DEPTH = 16;

    /** A probe every quarter of the bound is about as often as a client should ask a server. */
    private static final Duration LEAST_LAG = Duration.ofMillis(10);

    private static final Duration LEAST_WAIT = Duration.ofMillis(1);
    private static final int MAX_WEIGHT = 1_000;
    private static final List<String> SETTINGS = List.of(
            "from",
            "consistency",
            "maxLag",
            "maxLagBytes",
            "whenNoneIsFresh",
            "balance",
            "weights",
            "deadline",
            "retry",
            "hedge");

    private final String fileName;
    private final List<String> errors = new ArrayList<>();

    YamlPolicies(String fileName) {
        this.fileName = fileName;
    }

    PolicySet read(String yaml, RoutingSettings standard) {
        if (yaml.length() > MAX_CHARACTERS) {
            throw new PolicyException(
                    fileName + ": the text has " + yaml.length() + " characters; the most is " + MAX_CHARACTERS);
        }
        PolicySet set = document(compose(yaml), standard);
        if (!errors.isEmpty()) {
            throw new PolicyException(String.join("\n", errors));
        }
        return set;
    }

    private Node compose(String yaml) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(fileName)
                .setCodePointLimit(MAX_CHARACTERS)
                .build();
        try {
            refuseAliasesAndDepth(new ParserImpl(settings, new StreamReader(settings, yaml)));
            return new Composer(settings, new ParserImpl(settings, new StreamReader(settings, yaml)))
                    .getSingleNode()
                    .orElse(null);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            String line = mark == null
                    ? ""
                    : yaml.lines().skip(mark.getLine()).findFirst().orElse("");
            String hint = line.contains("whenNoneIsFresh: wait:") ? "; write whenNoneIsFresh: { wait: 50ms }" : "";
            throw new PolicyException(
                    at(mark) + ": this is not YAML: " + e.getProblem().strip() + hint);
        } catch (YamlEngineException e) {
            throw new PolicyException(fileName + ": this is not YAML: " + e.getMessage());
        }
    }

    /** Looks at the text as events, which takes no stack, before it becomes nodes, which does. */
    private void refuseAliasesAndDepth(ParserImpl events) {
        int depth = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof AliasEvent) {
                throw new PolicyException(at(event.getStartMark().orElse(null))
                        + ": aliases are not read; give the settings a name under 'policies' and use 'policy: name'");
            }
            depth += event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw new PolicyException(at(event.getStartMark().orElse(null)) + ": nested more than " + MAX_DEPTH
                        + " levels deep; a policy file has at most five");
            }
        }
    }

    private PolicySet document(Node root, RoutingSettings standard) {
        if (root == null) {
            throw new PolicyException(fileName + ":1:1: the file is empty; it begins with 'version: 1'");
        }
        Map<String, NodeTuple> top = fields(root, "a policy file", List.of("version", "defaults", "policies", "rules"));
        NodeTuple version = top.get("version");
        if (version == null) {
            error(root, "the file lacks 'version: 1'");
        } else if (!"1".equals(scalar(version.getValueNode(), "version"))) {
            error(version.getValueNode(), "this client reads version 1 only");
        }
        RoutingSettings defaults = standard;
        if (top.containsKey("defaults")) {
            Node node = top.get("defaults").getValueNode();
            defaults = settings(
                    fields(node, "'defaults'", SETTINGS),
                    standard,
                    "defaults (" + place(top.get("defaults").getKeyNode()) + ")");
        }
        Map<String, RoutingSettings> policies = new LinkedHashMap<>();
        if (top.containsKey("policies")) {
            for (Map.Entry<String, NodeTuple> entry : fields(top.get("policies").getValueNode(), "'policies'", null)
                    .entrySet()) {
                Node key = entry.getValue().getKeyNode();
                String origin = "policy '" + entry.getKey() + "' (" + place(key) + ")";
                Map<String, NodeTuple> fields =
                        fields(entry.getValue().getValueNode(), "policy '" + entry.getKey() + "'", SETTINGS);
                policies.put(entry.getKey(), settings(fields, defaults, origin));
            }
        }
        List<PolicySet.Rule> rules = new ArrayList<>();
        if (top.containsKey("rules")) {
            for (Node node : items(top.get("rules").getValueNode(), "rules")) {
                rule(node, defaults, policies, rules);
            }
        }
        return errors.isEmpty() ? new PolicySet(defaults, policies, rules) : null;
    }

    private void rule(
            Node node, RoutingSettings defaults, Map<String, RoutingSettings> policies, List<PolicySet.Rule> rules) {
        List<String> allowed = new ArrayList<>(List.of("name", "match", "policy"));
        allowed.addAll(SETTINGS);
        Map<String, NodeTuple> fields = fields(node, "a rule", allowed);
        String name = fields.containsKey("name") ? scalar(fields.get("name").getValueNode(), "name") : null;
        if (!fields.containsKey("name")) {
            error(node, "the rule lacks a 'name'");
        }
        if (!fields.containsKey("match")) {
            error(node, "the rule lacks a 'match'; what applies to every call stands under 'defaults'");
            return;
        }
        RoutingSettings base = defaults;
        if (fields.containsKey("policy")) {
            Node value = fields.get("policy").getValueNode();
            String policy = scalar(value, "policy");
            base = policies.get(policy);
            if (base == null) {
                unknown(value, "unknown policy '" + policy + "'", policy, policies.keySet());
                base = defaults;
            }
        }
        Match match = match(fields.get("match").getValueNode());
        rules.add(new PolicySet.Rule(match, settings(fields, base, "rule '" + name + "' (" + place(node) + ")")));
    }

    private Match match(Node node) {
        Map<String, NodeTuple> fields = fields(node, "'match'", List.of("commands", "keys"));
        if (fields.isEmpty() && node instanceof MappingNode) {
            error(node, "'match' names neither 'commands' nor 'keys'");
        }
        Set<String> names = new LinkedHashSet<>();
        Set<String> categories = new LinkedHashSet<>();
        if (fields.containsKey("commands")) {
            for (Node item : oneOrMore(fields.get("commands").getValueNode(), "commands")) {
                command(item, names, categories);
            }
        }
        List<Glob> keys = new ArrayList<>();
        if (fields.containsKey("keys")) {
            for (Node item : oneOrMore(fields.get("keys").getValueNode(), "keys")) {
                String pattern = scalar(item, "keys");
                Glob glob = pattern == null ? null : value(item, pattern, Glob::compile);
                if (glob != null) {
                    keys.add(glob);
                }
            }
        }
        return new Match(names, categories, keys);
    }

    private void command(Node node, Set<String> names, Set<String> categories) {
        String text = scalar(node, "commands");
        if (text == null) {
            return;
        }
        String name = text.toLowerCase(Locale.ROOT).replace(' ', '|');
        Collection<CommandSpec> table = CommandTable.standard().all();
        if (name.startsWith("@")) {
            Set<String> known = table.stream()
                    .flatMap(spec -> spec.categories().stream())
                    .map(category -> "@" + category)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (known.contains(name)) {
                categories.add(name.substring(1));
            } else {
                unknown(node, "unknown category '" + text + "'", name, known);
            }
        } else if (CommandTable.standard().get(name) != null) {
            names.add(name);
        } else {
            error(
                    node,
                    "unknown command '" + text + "'"
                            + Nearest.hint(
                                    name, table.stream().map(CommandSpec::name).toList()));
        }
    }

    private RoutingSettings settings(Map<String, NodeTuple> fields, RoutingSettings base, String origin) {
        Block block = new Block(
                word(fields, "from", ReadFrom.values()),
                word(fields, "consistency", Consistency.values()),
                parsed(fields, "maxLag", text -> Quantity.span(text, LEAST_LAG)),
                parsed(fields, "maxLagBytes", Quantity::bytes),
                whenNoneIsFresh(fields),
                word(fields, "balance", Balance.values()),
                weights(fields),
                parsed(fields, "deadline", text -> Quantity.span(text, LEAST_WAIT)),
                word(fields, "retry", Retry.values()),
                parsed(fields, "hedge", YamlPolicies::hedge));
        RoutingSettings settings = block.over(base, origin);
        boolean replicasOnly = settings.from() == ReadFrom.REPLICA;
        if (replicasOnly
                && block.whenNoneIsFresh() != null
                && block.whenNoneIsFresh().kind() == WhenNoneIsFresh.Kind.MASTER) {
            error(
                    fields.get("whenNoneIsFresh").getValueNode(),
                    "'whenNoneIsFresh: master' contradicts 'from: replica', which forbids the master;"
                            + " choose least-stale, fail or wait, or 'from: replica-preferred'");
        }
        if (replicasOnly
                && settings.consistency() == Consistency.MASTER
                && (block.from() != null || block.consistency() != null)) {
            error(
                    fields.get(block.consistency() != null ? "consistency" : "from")
                            .getValueNode(),
                    "'consistency: master' contradicts 'from: replica', which forbids the master");
        }
        return settings;
    }

    private WhenNoneIsFresh whenNoneIsFresh(Map<String, NodeTuple> fields) {
        if (!fields.containsKey("whenNoneIsFresh")) {
            return null;
        }
        Node node = fields.get("whenNoneIsFresh").getValueNode();
        if (node instanceof MappingNode) {
            Duration patience = parsed(
                    fields(node, "'whenNoneIsFresh'", List.of("wait")),
                    "wait",
                    text -> Quantity.span(text, LEAST_WAIT));
            return patience == null ? null : new WhenNoneIsFresh(WhenNoneIsFresh.Kind.WAIT, patience);
        }
        String text = scalar(node, "whenNoneIsFresh");
        if (text == null) {
            return null;
        }
        List<String> allowed = List.of("master", "least-stale", "fail", "{ wait: 50ms }");
        return switch (text) {
            case "master" -> WhenNoneIsFresh.MASTER;
            case "least-stale" -> WhenNoneIsFresh.LEAST_STALE;
            case "fail" -> WhenNoneIsFresh.FAIL;
            default -> {
                unknown(node, "unknown value '" + text + "' for 'whenNoneIsFresh'", text, allowed);
                yield null;
            }
        };
    }

    private static Hedge hedge(String text) {
        return switch (text) {
            case "never" -> Hedge.NEVER;
            case "p95" -> Hedge.P95;
            default -> {
                if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
                    throw new IllegalArgumentException(
                            "'" + text + "' is no hedge; expected never, p95 or a time such as 5ms");
                }
                yield Hedge.after(Quantity.span(text, LEAST_WAIT));
            }
        };
    }

    private Map<Endpoint, Integer> weights(Map<String, NodeTuple> fields) {
        if (!fields.containsKey("weights")) {
            return null;
        }
        Map<Endpoint, Integer> weights = new HashMap<>();
        for (NodeTuple tuple :
                fields(fields.get("weights").getValueNode(), "'weights'", null).values()) {
            Endpoint endpoint = value(tuple.getKeyNode(), scalar(tuple.getKeyNode(), "weights"), Endpoint::parse);
            String text = scalar(tuple.getValueNode(), "weights");
            Integer weight = text == null ? null : value(tuple.getValueNode(), text, YamlPolicies::weight);
            if (endpoint != null && weight != null) {
                weights.put(endpoint, weight);
            }
        }
        return Map.copyOf(weights);
    }

    private static Integer weight(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || Integer.parseInt(text) > MAX_WEIGHT) {
            throw new IllegalArgumentException("'" + text + "' is not a weight; expected 0 to " + MAX_WEIGHT);
        }
        return Integer.valueOf(text);
    }

    // ---- the forms of YAML

    private <E extends Enum<E>> E word(Map<String, NodeTuple> fields, String key, E[] values) {
        if (!fields.containsKey(key)) {
            return null;
        }
        Node node = fields.get(key).getValueNode();
        String text = scalar(node, key);
        for (E value : values) {
            if (spelled(value).equals(text)) {
                return value;
            }
        }
        if (text != null) {
            unknown(
                    node,
                    "unknown value '" + text + "' for '" + key + "'",
                    text,
                    Arrays.stream(values).map(YamlPolicies::spelled).toList());
        }
        return null;
    }

    private static String spelled(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private <T> T parsed(Map<String, NodeTuple> fields, String key, Function<String, T> parser) {
        if (!fields.containsKey(key)) {
            return null;
        }
        Node node = fields.get(key).getValueNode();
        String text = scalar(node, key);
        return text == null
                ? null
                : value(node, text, literal -> {
                    try {
                        return parser.apply(literal);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("bad value for '" + key + "': " + e.getMessage(), e);
                    }
                });
    }

    private <T> T value(Node node, String text, Function<String, T> parser) {
        try {
            return text == null ? null : parser.apply(text);
        } catch (IllegalArgumentException e) {
            error(node, e.getMessage());
            return null;
        }
    }

    /** The fields of a mapping by name, each with its own place; {@code allowed} null: any name. */
    private Map<String, NodeTuple> fields(Node node, String what, List<String> allowed) {
        Map<String, NodeTuple> fields = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            error(node, what + " is a mapping of names to values, not " + kind(node));
            return fields;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode(), what);
            if (key == null) {
                continue;
            }
            if (allowed != null && !allowed.contains(key)) {
                unknown(tuple.getKeyNode(), "unknown key '" + key + "' in " + what, key, allowed);
            } else if (fields.containsKey(key)) {
                error(
                        tuple.getKeyNode(),
                        "'" + key + "' stands here a second time; first at "
                                + place(fields.get(key).getKeyNode()));
            } else {
                fields.put(key, tuple);
            }
        }
        return fields;
    }

    private List<Node> items(Node node, String key) {
        if (!(node instanceof SequenceNode sequence)) {
            error(node, "'" + key + "' is a list, not " + kind(node));
            return List.of();
        }
        return sequence.getValue();
    }

    private List<Node> oneOrMore(Node node, String key) {
        if (node instanceof ScalarNode) {
            return List.of(node);
        }
        List<Node> items = items(node, key);
        if (node instanceof SequenceNode && items.isEmpty()) {
            error(node, "'" + key + "' is empty");
        }
        return items;
    }

    private String scalar(Node node, String key) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        error(node, "'" + key + "' takes a single value, not " + kind(node));
        return null;
    }

    private static String kind(Node node) {
        if (node instanceof MappingNode) {
            return "a mapping";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof ScalarNode scalar && scalar.getValue().isEmpty() ? "nothing" : "a single value";
    }

    // ---- errors

    private void unknown(Node node, String what, String word, Collection<String> allowed) {
        error(
                node,
                what + Nearest.hint(word, allowed) + "\n  allowed: "
                        + (allowed.isEmpty() ? "none is defined" : String.join(", ", allowed)));
    }

    private void error(Node node, String message) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(at(node.getStartMark().orElse(null)) + ": " + message);
        }
    }

    /** {@code routing.yaml:10}, for people who look for a rule. */
    private String place(Node node) {
        return fileName
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }

    private String at(Mark mark) {
        return mark == null ? fileName : fileName + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
