package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A script in Lua, to be run at a server: {@code Script.of("return redis.call('INCRBY', KEYS[1], ARGV[1])")}. Calls name it by its hash; a
 * server that does not have it, because it is new, was restarted or is another replica, is sent the source once and has it from then
 * on. That costs the call a second round trip, and nobody has to load scripts beforehand. What was sent meanwhile without waiting for it may
 * run ahead of it; reads of its session do not. In batches, in transactions and on dedicated connections scripts travel with their source, so
 * that the order stays. Immutable; for any thread.
 */
public final class Script {
    private final byte[] source;
    private final String sha1;
    private final boolean readOnly;

    private Script(String source, boolean readOnly) {
        this.source = source.getBytes(StandardCharsets.UTF_8);
        this.sha1 = sha1(this.source);
        this.readOnly = readOnly;
    }

    /** A script that may write: it runs at the master. */
    public static Script of(String source) {
        return new Script(source, false);
    }

    /**
     * A script that only reads: a replica that is fresh enough for the call runs it (EVALSHA_RO). The server answers an error when it
     * writes all the same. Servers from 7.0; for older ones see {@link Command#readOnly}.
     */
    public static Script readOnly(String source) {
        return new Script(source, true);
    }

    /** Its hash in hexadecimal, as servers name it. */
    public String sha1() {
        return sha1;
    }

    /**
     * A call of it. Results come as the server made them of the script's: {@code script.call(List.of("k"), 5).map(Reply::asLong)}.
     *
     * @param keys every key that it touches ({@code KEYS} in the script)
     * @param arguments values ({@code ARGV} in the script)
     */
    public Command<Reply> call(List<String> keys, Object... arguments) {
        Command<Reply> call = readOnly
                ? ScriptCommands.evalShaRo(sha1, keys, arguments)
                : ScriptCommands.evalSha(sha1, keys, arguments);
        return call.withSource(source);
    }

    private static String sha1(byte[] source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-1, by which servers name scripts", e);
        }
    }

    /** Its hash: the source may be long. */
    @Override
    public String toString() {
        return "Script[" + sha1 + "]";
    }
}
