package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.List;
import java.util.Map;

/** Users and what they may do. Each server has its own: users do not replicate. Servers from 6.0. */
abstract class AclCommands extends ClientCommands {
    AclCommands() {}

    /** The user that the client is. */
    public static Command<String> aclWhoAmI() {
        return Words.of("ACL", "WHOAMI").reads(RespReader::readString);
    }

    /** Names of all users. */
    public static Command<List<String>> aclUsers() {
        return Words.of("ACL", "USERS").reads(Results::strings);
    }

    /** All users, each as the line that an ACL file has for it. */
    public static Command<List<String>> aclList() {
        return Words.of("ACL", "LIST").reads(Results::strings);
    }

    /** What the server knows of a user: {@code flags}, {@code commands}, {@code keys}…; empty when there is no such user. */
    public static Command<Map<String, Reply>> aclGetUser(String user) {
        return Words.of("ACL", "GETUSER").add(user).reads(Results::replyMap);
    }

    /** Makes a user, or changes it by these rules: {@code on}, {@code >password}, {@code ~key:*}, {@code +@read}… */
    public static Command<Void> aclSetUser(String user, String... rules) {
        Words words = Words.of("ACL", "SETUSER").add(user);
        for (String rule : rules) {
            words.add(rule);
        }
        return words.readsOk();
    }

    /** How many of the users there were; they are gone, and their connections closed. */
    public static Command<Long> aclDelUser(String... users) {
        return Words.of("ACL", "DELUSER").addSome("user", users).readsLong();
    }

    /** All categories of commands. */
    public static Command<List<String>> aclCat() {
        return Words.of("ACL", "CAT").reads(Results::strings);
    }

    /** The commands of a category. */
    public static Command<List<String>> aclCat(String category) {
        return Words.of("ACL", "CAT").add(category).reads(Results::strings);
    }

    /** A random password of this many bits, in hexadecimal; a quarter as many characters. */
    public static Command<String> aclGenPass(int bits) {
        return Words.of("ACL", "GENPASS").add(bits).reads(RespReader::readString);
    }

    /** {@code OK} when the user may make this call, else why not. Sends nothing of it but its words. Servers from 7.0. */
    public static Command<String> aclDryRun(String user, Command<?> call) {
        Words words = Words.of("ACL", "DRYRUN").add(user);
        for (byte[] each : call.argv()) {
            words.addValue(each);
        }
        return words.reads(RespReader::readString);
    }

    /** The last so many refusals, the latest first. */
    public static Command<List<Map<String, Reply>>> aclLog(long count) {
        return Words.of("ACL", "LOG").add(count).reads(Results.listOf(Results::replyMap));
    }

    /** Forgets them. */
    public static Command<Void> aclLogReset() {
        return Words.of("ACL", "LOG").add("RESET").readsOk();
    }
}
