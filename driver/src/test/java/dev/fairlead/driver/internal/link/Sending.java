package dev.fairlead.driver.internal.link;

/** Lets a fake of another room send a call at an instant of its own clock. */
public final class Sending {
    private Sending() {}

    public static void at(LinkCall call, long nanos) {
        call.sentNanos = nanos;
    }
}
