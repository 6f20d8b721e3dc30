package org.fieldward.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogSetupTest {

    private static final long TEN_O_CLOCK = 1_795_255_200_007L;

    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

    private String line(Level level, String message, @Nullable Throwable cause) {
        Logger logger = context.getLogger("org.fieldward.edge.app.EdgeAgent");
        var event = new LoggingEvent(LogSetupTest.class.getName(), logger, level, message, cause, new Object[] {7});
        event.setTimeStamp(TEN_O_CLOCK);
        return new OneLine().doLayout(event);
    }

    @Test
    void an_event_is_one_line_with_its_time_in_utc() {
        assertThat(line(Level.INFO, "next sequence {}", null))
                .isEqualTo("2026-11-21T10:00:00.007Z INFO  EdgeAgent: next sequence 7" + System.lineSeparator());
        assertThat(line(Level.ERROR, "no {}", null)).startsWith("2026-11-21T10:00:00.007Z ERROR EdgeAgent: no 7");
    }

    @Test
    void an_error_shows_where_it_came_from() {
        assertThat(line(Level.WARN, "it failed", new IllegalStateException("disk"))
                        .lines())
                .hasSizeGreaterThan(2)
                .element(1)
                .isEqualTo("java.lang.IllegalStateException: disk");
    }

    @Test
    void it_is_what_the_agent_logs_with_and_libraries_are_quieter() {
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("CONSOLE"))
                .isNotNull();
        assertThat(context.getLogger("io.netty.util").isInfoEnabled()).isFalse();
        assertThat(context.getLogger("org.fieldward.edge").isInfoEnabled()).isTrue();
        assertThat(context.getLogger("org.fieldward.edge").isDebugEnabled()).isFalse();
    }
}
