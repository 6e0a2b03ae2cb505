package dev.fairlead.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.fairlead.server.internal.net.ServerNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * The log of the server as a process, in the form of Redis: {@code pid:M 22 Nov 2026 10:44:06.916 * text}. Only {@code main} uses
 * it; inside another program the server logs to whatever that program has behind slf4j.
 */
final class ProcessLog {
    private ProcessLog() {}

    /**
     * Sends everything to this file, or to standard output.
     *
     * @param file null for standard output
     * @param level a word of {@code loglevel}
     * @param role the letter behind the process id where a thread has not said its own: M for a master, X for a Sentinel
     */
    static void start(Path file, String level, String role) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        OutputStreamAppender<ILoggingEvent> appender = appender(file);
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(new RedisLayout(role));
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("dev.fairlead")
                .setLevel(
                        switch (level) {
                            case "debug", "verbose" -> Level.DEBUG;
                            case "warning" -> Level.WARN;
                            default -> Level.INFO;
                        });
    }

    private static OutputStreamAppender<ILoggingEvent> appender(Path file) {
        if (file == null) {
            return new ConsoleAppender<>();
        }
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setFile(file.toString());
        appender.setAppend(true);
        return appender;
    }

    /** One line an event. */
    private static final class RedisLayout extends LayoutBase<ILoggingEvent> {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                        "dd MMM yyyy HH:mm:ss.SSS", Locale.ROOT)
                .withZone(ZoneId.systemDefault());

        private final long pid = ProcessHandle.current().pid();
        private final String role;

        RedisLayout(String role) {
            this.role = role;
        }

        @Override
        public String doLayout(ILoggingEvent event) {
            char mark = event.getLevel().isGreaterOrEqual(Level.WARN)
                    ? '#'
                    : event.getLevel().isGreaterOrEqual(Level.INFO) ? '*' : '.';
            String letter = event.getMDCPropertyMap().getOrDefault(ServerNode.LOG_ROLE, role);
            String text = pid + ":" + letter + " " + TIME.format(Instant.ofEpochMilli(event.getTimeStamp())) + " "
                    + mark + " " + event.getFormattedMessage() + "\n";
            return event.getThrowableProxy() == null
                    ? text
                    : text + ThrowableProxyUtil.asString(event.getThrowableProxy()) + "\n";
        }
    }
}
