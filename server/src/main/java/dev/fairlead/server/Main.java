package dev.fairlead.server;

import dev.fairlead.server.internal.net.SentinelServer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server as a process: {@code [redis.conf] [--directive value …]}, or {@code sentinel.conf --sentinel}. It stays in the
 * foreground; SIGTERM ends it by the rules of SHUTDOWN. Exit status 0, or 1 when it could not start.
 */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger("dev.fairlead.server");

    /** Redis's own, so that a script that tests a failover can tell. */
    private static final int STATUS_OF_A_SIMULATED_FAILURE = 99;

    private Main() {}

    /** @param args as redis-server takes them */
    public static void main(String[] args) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of(args));
        try {
            if (words.remove("--sentinel")) {
                sentinel(words);
            } else {
                server(words);
            }
        } catch (ServerStartException | IllegalArgumentException | UncheckedIOException e) {
            LOG.error("{}", e.getMessage());
            System.err.println("\n*** FATAL ERROR ***\n" + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private static void server(List<String> words) throws InterruptedException {
        ServerConfig config = ServerConfig.ofProcess();
        readArguments(words, config);
        ProcessLog.start(config.get("logfile").isEmpty() ? null : config.path("logfile"), config.get("loglevel"), "M");
        LOG.warn(
                "Fairlead is starting, port={}, PID: {}",
                config.get("port"),
                ProcessHandle.current().pid());
        LOG.warn(config.file() == null ? "No config file specified, using the default config" : "Configuration loaded");
        FairleadServer server = FairleadServer.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "fairlead-signal"));
        server.awaitTermination();
    }

    /** The status is that of an orderly end, where the JVM would report the signal. */
    private static void end(FairleadServer server) {
        server.close();
        Runtime.getRuntime().halt(0);
    }

    private static void sentinel(List<String> words) throws InterruptedException {
        if (words.size() != 1) {
            throw new ServerStartException("A Sentinel needs exactly one argument besides --sentinel, its config file;"
                    + " it keeps its state in there. Got " + words);
        }
        ProcessLog.start(SentinelServer.logFile(Path.of(words.get(0))), "notice", "X");
        LOG.warn(
                "Fairlead is starting in sentinel mode, PID: {}",
                ProcessHandle.current().pid());
        SentinelServer sentinel = SentinelServer.start(Path.of(words.get(0)));
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            sentinel.close();
                            Runtime.getRuntime().halt(0);
                        },
                        "fairlead-signal"));
        sentinel.awaitTermination();
        if (sentinel.hasCrashed()) {
            System.exit(STATUS_OF_A_SIMULATED_FAILURE);
        }
    }

    /** A file's name first, if any; then {@code --directive} with all words up to the next one. */
    static void readArguments(List<String> words, ServerConfig config) {
        int at = 0;
        if (!words.isEmpty() && !words.get(0).startsWith("--")) {
            config.load(Path.of(words.get(0)));
            at = 1;
        }
        while (at < words.size()) {
            String word = words.get(at);
            if (!word.startsWith("--") || word.length() == 2) {
                throw new ServerStartException("Reading the command line\n>>> '" + word
                        + "'\nexpected --directive value, after at most one file");
            }
            List<String> values = new ArrayList<>();
            for (at++; at < words.size() && !isDirective(words.get(at)); at++) {
                values.add(words.get(at));
            }
            config.set(word.substring(2), spread(values));
        }
    }

    private static boolean isDirective(String word) {
        return word.startsWith("--") && word.length() > 2;
    }

    /** One quoted argument may hold all words, as in {@code --replicaof "127.0.0.1 6379"}. */
    private static List<String> spread(List<String> values) {
        return values.size() == 1 && values.get(0).contains(" ")
                ? List.of(values.get(0).split(" +"))
                : values;
    }
}
