package dev.fairlead.driver;

/** A command and its arguments, as a value, with the type of its result. Immutable; may be executed any number of times. */
public final class Command<T> {
    private Command() {}
}
