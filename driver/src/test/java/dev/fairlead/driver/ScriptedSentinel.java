package dev.fairlead.driver;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Sentinel that knows what a test tells it, and says what a test lets it say. */
final class ScriptedSentinel implements AutoCloseable {
    private record Word(ScriptedNode master, long epoch, List<ScriptedNode> replicas) {}

    private final ScriptedNode node = new ScriptedNode('0');
    private final List<ScriptedSentinel> others = new CopyOnWriteArrayList<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private volatile Word word;
    private volatile Runnable beforeAnswer = () -> {};

    ScriptedSentinel() throws IOException {
        speaksAgain();
    }

    /** After a test has made it answer otherwise. */
    void speaksAgain() {
        node.answer("SENTINEL", this::answer);
    }

    /** What the others call it. */
    void announce(String asHost) {
        node.announce(asHost);
    }

    ScriptedNode node() {
        return node;
    }

    void names(ScriptedNode master, long epoch, ScriptedNode... replicas) {
        word = new Word(master, epoch, List.of(replicas));
    }

    void knows(ScriptedSentinel... sentinels) {
        others.addAll(List.of(sentinels));
    }

    /** As after SENTINEL RESET. */
    void forgets(ScriptedSentinel gone) {
        others.remove(gone);
    }

    void beforeAnswer(Runnable task) {
        beforeAnswer = task;
    }

    String address() {
        return node.address();
    }

    /** What it was asked, in order. */
    List<String> questions() {
        return questions;
    }

    boolean isHeard() {
        return node.subscribers() > 0;
    }

    void selects(ScriptedNode heir, ScriptedNode master) {
        node.publish("+selected-slave", "slave " + heir.address() + " " + words(heir) + " @ mymaster " + words(master));
    }

    void aborts(ScriptedNode master) {
        node.publish("-failover-abort-not-elected", "master mymaster " + words(master));
    }

    void switches(ScriptedNode from, ScriptedNode to) {
        node.publish("+switch-master", "mymaster " + words(from) + " " + words(to));
    }

    void stop() {
        node.stop();
    }

    void restart() throws IOException {
        node.restart();
    }

    @Override
    public void close() {
        node.close();
    }

    private static String words(ScriptedNode node) {
        return node.announced() + " " + node.port();
    }

    private String answer(List<String> argv) {
        beforeAnswer.run();
        String question = argv.get(1).toUpperCase(Locale.ROOT);
        questions.add(question);
        Word now = word;
        boolean known = now != null && argv.get(2).equals("mymaster");
        if (!known) {
            return question.startsWith("GET-") ? "*-1\r\n" : "-ERR No such master with that name\r\n";
        }
        return switch (question) {
            case "GET-MASTER-ADDR-BY-NAME" -> array(now.master.announced(), String.valueOf(now.master.port()));
            case "MASTER" -> fields(now.master, Map.of("config-epoch", String.valueOf(now.epoch)));
            case "REPLICAS" -> list(now.replicas);
            case "SENTINELS" -> list(others.stream().map(each -> each.node).toList());
            default -> "-ERR unknown subcommand\r\n";
        };
    }

    private static String list(List<ScriptedNode> nodes) {
        StringBuilder text = new StringBuilder("*" + nodes.size() + "\r\n");
        nodes.forEach(each -> text.append(fields(each, Map.of())));
        return text.toString();
    }

    private static String fields(ScriptedNode node, Map<String, String> more) {
        StringBuilder text = new StringBuilder("*" + (4 + 2 * more.size()) + "\r\n");
        text.append(ScriptedNode.bulk("ip") + ScriptedNode.bulk(node.announced()));
        text.append(ScriptedNode.bulk("port") + ScriptedNode.bulk(String.valueOf(node.port())));
        more.forEach((name, value) -> text.append(ScriptedNode.bulk(name) + ScriptedNode.bulk(value)));
        return text.toString();
    }

    private static String array(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String each : words) {
            text.append(ScriptedNode.bulk(each));
        }
        return text.toString();
    }
}
