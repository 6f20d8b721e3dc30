package org.fieldward.core.alert;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is told and how.
 *
 * @param rules from {@code alert.rules-file}; none: nobody is told anything
 * @param mail empty: mails cannot be sent
 * @param link {@code alert.link}, where the console is; put into every message
 * @param maxAge {@code alert.max-age}: what was raised longer ago is history that waited for a link; 15 minutes by default
 * @param retryFor {@code alert.retry-for}, how long a message is tried; 24 hours by default
 */
public record AlertSettings(List<Rule> rules, Optional<Mail> mail, String link, Duration maxAge, Duration retryFor) {

    /** How the connection to the mail server is protected. */
    public enum Security {
        /** Begins in the clear and must become TLS. */
        STARTTLS,
        TLS,
        NONE
    }

    /** @param password empty where the server asks for none */
    public record Mail(
            String host, int port, Security security, String user, Optional<Password> password, String from) {}

    /** A value that must never reach a log. */
    public record Password(String reveal) {
        @Override
        public String toString() {
            return "***";
        }
    }

    public AlertSettings {
        rules = List.copyOf(rules);
        boolean mails = rules.stream()
                .flatMap(rule -> rule.levels().stream())
                .anyMatch(level -> !level.mail().isEmpty());
        if (mails && mail.isEmpty()) {
            throw new IllegalArgumentException("alert.smtp-host must be set where rules send mail");
        }
        if (maxAge.isNegative() || maxAge.isZero()) {
            throw new IllegalArgumentException("alert.max-age must be more than nothing");
        }
    }
}
