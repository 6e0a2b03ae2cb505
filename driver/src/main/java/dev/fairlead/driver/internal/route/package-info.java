/**
 * Classifies a call, asks the policy, and makes or explains the plan.
 *
 * <p>Pure: no netty, no I/O. May import {@code routing-policies} and the API package.
 */
package dev.fairlead.driver.internal.route;
