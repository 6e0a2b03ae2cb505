package dev.fairlead.server.internal.command;

import java.util.Map;

/** The settings of a running server. Implemented by the composition root; called on the command thread. */
public interface ConfigStore {
    /** Name to value as CONFIG GET shows them, all of them, old spellings ({@code slaveof}) included. */
    Map<String, String> all();

    /** One value; null for a name that is unknown. Any case. */
    String get(String name);

    /**
     * Sets all of these or none.
     *
     * @throws CommandException with the text that CONFIG SET answers: unknown name, bad value, or not changeable at run time
     */
    void set(Map<String, String> values);

    /**
     * Writes the file that the server was started with anew.
     *
     * @throws CommandException with Redis's text when there is none or it cannot be written
     */
    void rewrite();
}
