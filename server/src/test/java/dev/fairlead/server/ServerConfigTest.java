package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @TempDir
    Path dir;

    private ServerConfig load(String... lines) throws IOException {
        ServerConfig config = ServerConfig.ofProcess();
        config.load(Files.write(dir.resolve("redis.conf"), List.of(lines)));
        return config;
    }

    @Test
    void aFileIsReadAsRedisReadsIt() throws IOException {
        ServerConfig config = load(
                "# a comment",
                "PORT 7001",
                "bind 127.0.0.1 -::1",
                "requirepass \"pa ss\\x21\\n\"",
                "masterauth 'it\\'s'",
                "slaveof 10.0.0.1 6379",
                "repl-backlog-size 2mb",
                "repl-diskless-sync NO",
                "client-output-buffer-limit replica 10mb 1mb 5",
                "save 10 1",
                "save 60 100",
                "busy-reply-threshold 7");

        assertThat(config.number("port")).isEqualTo(7001);
        assertThat(config.words("bind")).containsExactly("127.0.0.1", "-::1");
        assertThat(config.get("requirepass")).isEqualTo("pa ss!\n");
        assertThat(config.get("masterauth")).isEqualTo("it's");
        assertThat(config.get("replicaof")).isEqualTo("10.0.0.1 6379");
        assertThat(config.number("repl-backlog-size")).isEqualTo(2 << 20);
        assertThat(config.yes("repl-diskless-sync")).isFalse();
        assertThat(config.get("client-output-buffer-limit"))
                .isEqualTo("normal 0 0 0 slave 10485760 1048576 5 pubsub 33554432 8388608 60");
        assertThat(config.savePoints()).containsExactly(10, 1, 60, 100);
        assertThat(config.withoutEffect()).containsExactly("busy-reply-threshold");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "repl-bcklog-size 1mb | Bad directive or wrong number of arguments",
                "port x | argument couldn't be parsed into an integer",
                "port 70000 | argument must be between 0 and 65535 inclusive",
                "requirepass \"open | Unbalanced quotes in configuration line",
                "maxmemory 10q | argument must be a memory value",
                "repl-diskless-sync maybe | argument must be 'yes' or 'no'",
                "appendfsync never | argument(s) must be one of the following: everysec, always, no",
                "replicaof 127.0.0.1 | wrong number of arguments",
                "replicaof 127.0.0.1 99999 | Invalid master port",
                "save 1 x | Invalid save parameters",
                "client-output-buffer-limit nobody 1 1 1 | Invalid client class specified",
                "client-output-buffer-limit normal 1 1 | Wrong number of arguments in buffer limit",
            })
    void aWrongLineIsNamedWithFileNumberTextAndReason(String line, String reason) {
        assertThatThrownBy(() -> load("port 7000", line))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining(dir.resolve("redis.conf") + ", at line 2")
                .hasMessageContaining("'" + line + "'")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "appendonly yes | no append-only file yet",
                "maxmemory 100mb | java -Xmx",
                "cluster-enabled yes | no part of a Redis Cluster",
                "aclfile /etc/redis/users.acl | set 'requirepass'",
                "user default off | set 'requirepass'",
                "rename-command FLUSHALL \"\" | renames no commands",
                "unixsocket /run/redis.sock | TCP ports only",
            })
    void whatPromisesASafetyThatIsNotThereStopsTheStart(String line, String reason) {
        assertThatThrownBy(() -> load("port 7000", line))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("at line 2")
                .hasMessageContaining(reason);
    }

    @Test
    void aFileThatSpellsOutTheDefaultsIsFine() throws IOException {
        ServerConfig config =
                load("appendonly no", "maxmemory 0", "maxmemory-policy allkeys-lru", "cluster-enabled no");

        assertThat(config.withoutEffect()).containsExactly("maxmemory-policy");
        assertThatThrownBy(() -> config.setAtRunTime("appendonly", "yes")).hasMessageContaining("append-only");
        assertThatThrownBy(() -> config.setAtRunTime("port", "7001")).hasMessage("can't set immutable config");
    }

    @Test
    void aMissingFileAndAFileThatIncludesItselfAreErrors() {
        assertThatThrownBy(() -> ServerConfig.ofProcess().load(dir.resolve("none.conf")))
                .hasMessageContaining("Can't open config file")
                .hasMessageContaining("none.conf");
        assertThatThrownBy(() -> load("include redis.conf")).hasMessageContaining("include each other");
    }

    @Test
    void theCommandLineWinsOverTheFile() throws IOException {
        ServerConfig config = load("port 7000", "save 10 1");

        config.set("port", List.of("7001"));
        config.set("save", List.of(""));

        assertThat(config.number("port")).isEqualTo(7001);
        assertThat(config.savePoints()).isEmpty();
        assertThatThrownBy(() -> config.set("prot", List.of("1"))).hasMessageContaining("--prot 1");
    }

    @Test
    void rewritingKeepsCommentsAndOrderAndReadsBack() throws IOException {
        ServerConfig config = load("# mine", "port 7000", "replicaof 10.0.0.1 6379", "# end");
        config.replicaOf(null);
        config.setAtRunTime("requirepass", "a b");
        config.setAtRunTime("min-slaves-max-lag", "3");

        config.rewrite();

        assertThat(Files.readAllLines(config.file()))
                .containsExactly(
                        "# mine",
                        "port 7000",
                        "# end",
                        "# Generated by CONFIG REWRITE",
                        "requirepass \"a b\"",
                        "min-replicas-max-lag 3");
        ServerConfig again = ServerConfig.ofProcess();
        again.load(config.file());
        assertThat(again.get("requirepass")).isEqualTo("a b");
        assertThat(again.get("replicaof")).isEmpty();
    }

    @Test
    void whatOnlyAFileMaySetIsRefusedAtRunTime() {
        ServerConfig config = ServerConfig.ofProcess();

        assertThatThrownBy(() -> config.setAtRunTime("databases", "3")).hasMessage("can't set immutable config");
        assertThatThrownBy(() -> config.setAtRunTime("foo", "3")).hasMessageContaining("Unknown option");
        assertThat(config.toString()).doesNotContain("requirepass=");
    }
}
