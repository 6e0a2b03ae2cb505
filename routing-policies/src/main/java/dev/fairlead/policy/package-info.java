/**
 * Where a call may go, and why: consistency levels, filters, balancers, and the YAML form of them.
 *
 * <p>May import {@code dev.fairlead.command}, {@code dev.fairlead.topology} and the YAML library. Policies are stateless
 * and deterministic given their arguments; text and a file name come in, the driver reads and watches the files.
 */
package dev.fairlead.policy;
