package dev.fairlead.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.internal.sentinel.SentinelTimings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The same bytes to a bundled and to a real Sentinel, each fresh and over a master that is not there: the same bytes come back. */
@EnabledIf(
        value = "dev.fairlead.server.internal.net.RedisProcess#isInstalled",
        disabledReason = "needs redis-server on the path")
class SentinelAnswersTest {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String END = "end-of-the-answers";

    /** One line a command, in this order: some change what later ones answer. */
    private static final List<String> COMMANDS = """
        PING
        PING hello
        PING a b
        GET key
        Multi
        ROLE
        ROLE x
        INFO sentinel
        PUBLISH news x
        PUBLISH __sentinel__:hello gibberish
        PUBLISH a
        SUBSCRIBE
        HELLO 4
        HELLO 3 nonsense
        AUTH word
        AUTH user word
        AUTH
        CLIENT
        CLIENT SETNAME a b
        CLIENT SETNAME me
        CLIENT GETNAME
        CLIENT KILL
        CLIENT KILL TYPE pubsub
        CLIENT REPLY on
        COMMAND COUNT
        COMMAND INFO nothing
        ACL WHOAMI
        ACL USERS
        SHUTDOWN nonsense
        SENTINEL
        SENTINEL nonsense a
        SENTINEL MYID x
        SENTINEL MASTERS x
        SENTINEL MASTER
        SENTINEL MASTER other
        SENTINEL REPLICAS mymaster
        SENTINEL SLAVES mymaster
        SENTINEL SENTINELS mymaster
        SENTINEL REPLICAS other
        SENTINEL GET-MASTER-ADDR-BY-NAME mymaster
        SENTINEL GET-MASTER-ADDR-BY-NAME other
        SENTINEL CKQUORUM mymaster
        SENTINEL CKQUORUM other
        SENTINEL FAILOVER mymaster
        SENTINEL FAILOVER other
        SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 0 *
        SENTINEL IS-MASTER-DOWN-BY-ADDR 9.9.9.9 1 0 *
        SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 x 0 *
        SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 x *
        SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1
        SENTINEL CONFIG
        SENTINEL CONFIG GET
        SENTINEL CONFIG GET *
        SENTINEL CONFIG GET a b
        SENTINEL CONFIG SET announce-ip
        SENTINEL CONFIG SET announce-ip 1.2.3.4
        SENTINEL CONFIG SET announce-port x
        SENTINEL CONFIG SET announce-port 99999
        SENTINEL CONFIG SET announce-port 4000
        SENTINEL CONFIG SET resolve-hostnames maybe
        SENTINEL CONFIG SET resolve-hostnames yes
        SENTINEL CONFIG SET sentinel-user u
        SENTINEL CONFIG SET sentinel-pass p
        SENTINEL CONFIG SET nonsense 1
        SENTINEL CONFIG GET *
        SENTINEL CONFIG SET resolve-hostnames no
        SENTINEL DEBUG
        SENTINEL DEBUG nonsense 3
        SENTINEL DEBUG INFO-PERIOD
        SENTINEL DEBUG INFO-PERIOD 0
        SENTINEL DEBUG info-period x
        SENTINEL DEBUG info-period 5000 SCRIPT-RETRY-DELAY 7
        SENTINEL DEBUG
        SENTINEL SIMULATE-FAILURE
        SENTINEL SIMULATE-FAILURE HELP
        SENTINEL SIMULATE-FAILURE nonsense
        SENTINEL SIMULATE-FAILURE crash-after-election crash-after-promotion
        INFO sentinel
        SENTINEL PENDING-SCRIPTS
        SENTINEL PENDING-SCRIPTS x
        SENTINEL INFO-CACHE
        SENTINEL INFO-CACHE mymaster
        SENTINEL INFO-CACHE other
        ROLE
        SENTINEL MONITOR mymaster 127.0.0.1 2 2
        SENTINEL MONITOR m2 localhost 2 2
        SENTINEL MONITOR m2 127.0.0.1 2 0
        SENTINEL MONITOR m2 127.0.0.1 2 x
        SENTINEL MONITOR m2 127.0.0.1 x 2
        SENTINEL MONITOR m2 127.0.0.1 2 2
        SENTINEL SET mymaster
        SENTINEL SET mymaster quorum
        SENTINEL SET mymaster quorum 0
        SENTINEL SET mymaster nonsense 1
        SENTINEL SET other quorum 1
        SENTINEL SET mymaster notification-script /bin/true
        SENTINEL SET mymaster rename-command CONFIG
        SENTINEL SET mymaster rename-command CONFIG GUESSME
        SENTINEL SET mymaster master-reboot-down-after-period 5
        SENTINEL SET mymaster auth-pass x quorum 3 parallel-syncs 2
        SENTINEL RESET
        SENTINEL RESET nobody*
        SENTINEL RESET m2
        SENTINEL REMOVE m2
        SENTINEL REMOVE m2
        SENTINEL FLUSHCONFIG x
        SENTINEL FLUSHCONFIG
        """.lines().toList();

    @TempDir
    Path dir;

    @Test
    void aBundledSentinelAnswersInTheBytesOfARealOne() throws IOException {
        List<String> lines = List.of("port 0", "bind 127.0.0.1", "sentinel monitor mymaster 127.0.0.1 1 2");
        try (SentinelServer ours = SentinelServer.start(lines, SentinelTimings.STANDARD);
                RedisProcess theirs = RedisProcess.sentinel(dir, 1, 30_000)) {
            try (TestClient client = new TestClient(theirs.port)) { // what its file says and ours does not
                client.call("SENTINEL", "REMOVE", "mymaster");
                client.call("SENTINEL", "MONITOR", "mymaster", "127.0.0.1", "1", "2");
            }
            SoftAssertions answers = new SoftAssertions();
            for (String command : COMMANDS) {
                String real = answer(theirs.port, command);
                answers.assertThat(answer(ours.port(), command)).as(command).isEqualTo(real);
                assertThat(real).as("the real one answers " + command).isNotEmpty();
            }
            answers.assertAll();
        }
    }

    /** On a connection of its own: some commands change it. */
    private static String answer(int port, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write((command + "\r\nPING " + END + "\r\n").getBytes(StandardCharsets.UTF_8)); // inline commands
            StringBuilder answer = new StringBuilder();
            InputStream in = socket.getInputStream();
            for (int c = in.read(); c >= 0; c = in.read()) {
                answer.append((char) c);
                String end = "$" + END.length() + "\r\n" + END + "\r\n";
                if (answer.length() >= end.length()
                        && answer.substring(answer.length() - end.length()).equals(end)) {
                    return answer.substring(0, answer.length() - end.length());
                }
            }
            return answer + "(closed)";
        }
    }
}
