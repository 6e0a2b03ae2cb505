package dev.fairlead.server;

import dev.fairlead.server.internal.command.RandomCommands;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Seeded load of two clients on one master: every type, transactions, expiry, and pops that block while the other client writes. Goes
 * on at another master where it was.
 */
final class RandomLoad {
    /** Not for a load that needs its connections, or that other servers' state would show in. */
    private static final List<String> SKIPPED = List.of("client", "hello", "auth");
    /** Commands of one client while the other one is blocked. */
    private static final int MEANWHILE = 12;

    static final String[] WITH_RANDOM_OUTCOME = {
        "spop $e",
        "spop $e $n",
        "spop $e $n",
        "spop $e",
        "sadd $e $v $v $m $n",
        "hincrbyfloat $h $m $f",
        "incrbyfloat $s 0.1"
    };
    static final String[][] BLOCKING = {
        {"blpop", "l0", "l1", "0.02"},
        {"brpop", "l2", "l1", "0.02"},
        {"blmove", "l0", "l1", "left", "right", "0.02"},
        {"brpoplpush", "l1", "l2", "0.02"},
        {"blmpop", "0.02", "2", "l0", "l2", "left", "count", "2"},
        {"bzpopmin", "z0", "z1", "0.02"},
        {"bzmpop", "0.02", "2", "z1", "z2", "max", "count", "3"}
    };

    private final RandomCommands commands;
    private final Random random;

    RandomLoad(long seed) {
        commands = new RandomCommands(seed, WITH_RANDOM_OUTCOME);
        random = new Random(seed);
    }

    /** A real 7.0 master lets a BITFIELD that fails grow its string, and does not tell its replicas. */
    private static boolean failsSilently(String[] words) {
        return words[0].equals("bitfield") && List.of(words).contains("fail");
    }

    /** So many commands, and all of them answered; an answer may be an error. */
    void run(int port, int count) {
        try (Talk one = new Talk(port);
                Talk other = new Talk(port)) {
            for (int i = 0; i < count; i += MEANWHILE) {
                other.send(BLOCKING[random.nextInt(BLOCKING.length)]);
                for (int k = 0; k < MEANWHILE; k++) {
                    String[] words = commands.next();
                    if (!SKIPPED.contains(words[0].toLowerCase(Locale.ROOT)) && !failsSilently(words)) {
                        one.call(words);
                    }
                }
                other.read();
            }
            one.call("discard");
        }
    }
}
