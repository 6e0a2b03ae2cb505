/**
 * RESP2 and RESP3 on the wire, bounded by {@link dev.fairlead.resp.RespLimits}; read and written by driver and server alike.
 *
 * <p>May import netty only. A reader never blocks and never trusts a length that it was sent.
 */
package dev.fairlead.resp;
