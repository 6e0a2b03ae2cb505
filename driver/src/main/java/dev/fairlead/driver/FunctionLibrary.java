package dev.fairlead.driver;

import dev.fairlead.resp.Reply;
import dev.fairlead.resp.RespReader;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A library of functions at a server.
 *
 * @param code its source; null when it was not asked for
 */
public record FunctionLibrary(String name, String engine, List<Function> functions, String code) {
    /**
     * One of its functions.
     *
     * @param description null when it has none
     * @param flags as it was registered: {@code no-writes}, {@code allow-stale}…
     */
    public record Function(String name, String description, Set<String> flags) {
        private static Function of(Reply reply) {
            Map<String, Reply> fields = reply.asMap();
            return new Function(
                    fields.get("name").asString(),
                    fields.get("description").asString(),
                    new HashSet<>(fields.get("flags").asStrings()));
        }
    }

    static FunctionLibrary read(RespReader reader) {
        Map<String, Reply> fields = Results.replyMap(reader);
        return new FunctionLibrary(
                fields.get("library_name").asString(),
                fields.get("engine").asString(),
                fields.get("functions").asList().stream().map(Function::of).toList(),
                fields.getOrDefault("library_code", Reply.NULL).asString());
    }
}
