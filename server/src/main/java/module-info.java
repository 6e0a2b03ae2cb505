/** The bundled server, its Sentinel, and a whole cluster in one JVM. */
module dev.fairlead.server {
    requires dev.fairlead.driver;
    requires dev.fairlead.routing.policies;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires org.slf4j;
    requires static ch.qos.logback.classic;
    requires static ch.qos.logback.core;

    exports dev.fairlead.server;
}
