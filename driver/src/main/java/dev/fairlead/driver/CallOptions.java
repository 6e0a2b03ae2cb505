package dev.fairlead.driver;

/** What one call asks for beside its command. Immutable; options combine. */
public final class CallOptions {
    private CallOptions() {}
}
