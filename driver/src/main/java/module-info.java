/** The client: writes to the master, reads to the replicas that are fresh enough for the call. */
@SuppressWarnings("module") // The server stands above this module: it is not there yet when this one is compiled.
module dev.fairlead.driver {
    requires transitive dev.fairlead.routing.policies;
    requires com.github.benmanes.caffeine;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires transitive io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires transitive io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires org.slf4j;

    exports dev.fairlead.driver;
    exports dev.fairlead.resp;
    exports dev.fairlead.driver.internal.link to
            dev.fairlead.server;
}
