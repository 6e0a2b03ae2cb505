package dev.fairlead.driver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Looks host names up. By default the JVM does, which remembers an answer for 30 s unless the security property
 * {@code networkaddress.cache.ttl} says otherwise.
 */
@FunctionalInterface
public interface HostResolver {
    /**
     * The addresses that the name stands for now, at least one. Runs on a thread made for it, and may take its time.
     *
     * @throws UnknownHostException when there are none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
