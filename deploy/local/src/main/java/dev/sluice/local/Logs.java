package dev.sluice.local;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Where log lines go: all of them to a file in the data dir, Sluice's own warnings to the console as well. */
final class Logs {
    private static final String OURS = "dev.sluice";
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{30} %msg%n";

    private Logs() {}

    /**
     * @param file appended to
     * @param console takes one line for each warning
     */
    static void to(Path file, Consumer<String> console) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        context.getLogger(OURS).setLevel(Level.INFO);
        // Their warnings tell of what the embedded broker and the clients do at every start.
        context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
        context.getLogger("kafka").setLevel(Level.ERROR);
        root.addAppender(file(context, file));
        root.addAppender(console(context, console));
    }

    /** The default level prints debugging; a command that keeps no log says warnings only. */
    static void quiet() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    }

    /** What a broker says that is started for a moment only. */
    static void quietKafka() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("org.apache.kafka").setLevel(Level.OFF);
        context.getLogger("kafka").setLevel(Level.OFF);
    }

    private static FileAppender<ILoggingEvent> file(LoggerContext context, Path file) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }

    private static AppenderBase<ILoggingEvent> console(LoggerContext context, Consumer<String> console) {
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getLevel().isGreaterOrEqual(Level.WARN)
                        && event.getLoggerName().startsWith(OURS)) {
                    IThrowableProxy thrown = event.getThrowableProxy();
                    String cause = thrown == null ? "" : " (" + thrown.getMessage() + ")";
                    console.accept("sluice: " + event.getFormattedMessage() + cause);
                }
            }
        };
        appender.setContext(context);
        appender.start();
        return appender;
    }
}
