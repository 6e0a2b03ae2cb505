package dev.fairlead.server.internal.sentinel;

import dev.fairlead.topology.Endpoint;

/** A command to another node. Each has its own reply method at {@link SentinelState}. */
public sealed interface SentinelRequest {
    record Ping() implements SentinelRequest {}

    record Info() implements SentinelRequest {}

    /** {@code PUBLISH} to the hello channel. The answer is of no interest. */
    record Hello(String payload) implements SentinelRequest {}

    /**
     * {@code SENTINEL IS-MASTER-DOWN-BY-ADDR}.
     *
     * @param masterName for the reply; it does not travel
     * @param candidate the Sentinel to be voted for, or {@code *} to ask for an opinion alone
     */
    record AskDown(String masterName, Endpoint master, long epoch, String candidate) implements SentinelRequest {}

    /**
     * {@code FAILOVER TO}: the master holds its writes back, hands over to this replica when it has them all, and follows it.
     *
     * @param timeoutMillis after which the master gives up and goes on as before
     */
    record HandOver(Endpoint replica, long timeoutMillis) implements SentinelRequest {}

    /** {@code FAILOVER ABORT}. The answer is of no interest. */
    record AbortHandOver() implements SentinelRequest {}

    /** {@code CONFIG REWRITE}, for a node that changed its role without being told. The answer is of no interest. */
    record Rewrite() implements SentinelRequest {}

    /** {@code SCRIPT KILL}, to a node that answers nothing but BUSY. The answer is of no interest. */
    record ScriptKill() implements SentinelRequest {}

    /**
     * One transaction that makes the node follow {@code master}, writes that down in its configuration, and drops its
     * clients, so that they look for the master anew.
     *
     * @param master null: be a master
     */
    record Reconfigure(Endpoint master) implements SentinelRequest {}
}
