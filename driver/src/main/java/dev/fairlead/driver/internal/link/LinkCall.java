package dev.fairlead.driver.internal.link;

/** One call on its way over a link. Exactly one of its completion methods is called, once, on the link's event loop. */
public interface LinkCall {
    /** The command as it goes on the wire, its name first. */
    byte[][] argv();
}
