package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.List;

/**
 * Commands that run scripts and functions at the server, and keep them there. {@link Script} is the easier way to a script. Results come as the
 * server made them of the script's: {@code eval(…).map(Reply::asLong)}.
 */
abstract class ScriptCommands extends HyperLogLogCommands {
    ScriptCommands() {}

    /** Runs a script at the master, or at a replica when its first line declares {@code #!lua flags=no-writes} (servers from 7.0). */
    public static Command<Reply> eval(String script, List<String> keys, Object... arguments) {
        return call("EVAL", script, keys, arguments);
    }

    /** Runs a script that only reads; a replica serves it. Servers from 7.0. */
    public static Command<Reply> evalRo(String script, List<String> keys, Object... arguments) {
        return call("EVAL_RO", script, keys, arguments);
    }

    /** Runs a script that the server has, named by its SHA-1 in hexadecimal. The server answers {@code NOSCRIPT} when it has it not. */
    public static Command<Reply> evalSha(String sha1, List<String> keys, Object... arguments) {
        return call("EVALSHA", sha1, keys, arguments);
    }

    /** As {@link #evalSha}, of a script that only reads: a replica serves it, or else the master, if it has it. Servers from 7.0. */
    public static Command<Reply> evalShaRo(String sha1, List<String> keys, Object... arguments) {
        return call("EVALSHA_RO", sha1, keys, arguments);
    }

    /** Runs a function of a library that was loaded. Servers from 7.0. */
    public static Command<Reply> fcall(String function, List<String> keys, Object... arguments) {
        return call("FCALL", function, keys, arguments);
    }

    /** As {@link #fcall}, of one that is registered with {@code no-writes}; a replica serves it. */
    public static Command<Reply> fcallRo(String function, List<String> keys, Object... arguments) {
        return call("FCALL_RO", function, keys, arguments);
    }

    private static Command<Reply> call(String name, String code, List<String> keys, Object... arguments) {
        Words words = Words.of(name).add(code).add(keys.size());
        keys.forEach(words::add);
        for (Object argument : arguments) {
            words.addValue(argument);
        }
        return words.reads(RespReader::readReply);
    }

    /** Keeps a script at the master, and at no other server; gives its SHA-1 in hexadecimal. */
    public static Command<String> scriptLoad(String script) {
        return Words.of("SCRIPT", "LOAD").add(script).reads(RespReader::readString);
    }

    /** For each SHA-1 whether the master has the script. */
    public static Command<List<Boolean>> scriptExists(String... sha1s) {
        return Words.of("SCRIPT", "EXISTS").addSome("SHA-1", sha1s).reads(Results::booleans);
    }

    /** Forgets all scripts at the master. */
    public static Command<Void> scriptFlush() {
        return Words.of("SCRIPT", "FLUSH").readsOk();
    }

    /** Ends the script that runs at the master and has not written yet. The server answers {@code NOTBUSY} or {@code UNKILLABLE}. */
    public static Command<Void> scriptKill() {
        return Words.of("SCRIPT", "KILL").readsOk();
    }

    /** Loads a library of functions, which replicates; gives its name. The server answers an error when there is one of the name. */
    public static Command<String> functionLoad(String code) {
        return Words.of("FUNCTION", "LOAD").add(code).reads(RespReader::readString);
    }

    /** As {@link #functionLoad}, in the place of the library that has the name. */
    public static Command<String> functionReplace(String code) {
        return Words.of("FUNCTION", "LOAD").add("REPLACE").add(code).reads(RespReader::readString);
    }

    /** Removes a library. The server answers an error when there is none. */
    public static Command<Void> functionDelete(String library) {
        return Words.of("FUNCTION", "DELETE").add(library).readsOk();
    }

    /** Removes all libraries. */
    public static Command<Void> functionFlush() {
        return Words.of("FUNCTION", "FLUSH").readsOk();
    }

    /** The libraries of the master, without their code. */
    public static Command<List<FunctionLibrary>> functionList() {
        return Words.of("FUNCTION", "LIST").reads(Results.listOf(FunctionLibrary::read));
    }

    /** Those whose name matches a glob pattern, with their code. */
    public static Command<List<FunctionLibrary>> functionList(String pattern) {
        return Words.of("FUNCTION", "LIST")
                .add("LIBRARYNAME")
                .add(pattern)
                .add("WITHCODE")
                .reads(Results.listOf(FunctionLibrary::read));
    }

    /** All libraries in the form that {@link #functionRestore} takes. */
    public static Command<byte[]> functionDump() {
        return Words.of("FUNCTION", "DUMP").reads(RespReader::readBytes);
    }

    /** Puts libraries back that {@link #functionDump} gave. */
    public static Command<Void> functionRestore(byte[] dump, FunctionRestore policy) {
        return Words.of("FUNCTION", "RESTORE").addValue(dump).add(policy.name()).readsOk();
    }

    /** Ends the function that runs at the master and has not written yet. The server answers {@code NOTBUSY} or {@code UNKILLABLE}. */
    public static Command<Void> functionKill() {
        return Words.of("FUNCTION", "KILL").readsOk();
    }
}
