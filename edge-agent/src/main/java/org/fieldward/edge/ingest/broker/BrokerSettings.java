package org.fieldward.edge.ingest.broker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.edge.ingest.SettingKey;

/**
 * Where an existing broker is and what to take from it.
 *
 * @param url {@code tcp://host:port} or {@code ssl://host:port}
 * @param clientId the broker keeps what was not acknowledged under this name
 */
public record BrokerSettings(
        String url,
        String clientId,
        List<TopicTemplate> topics,
        Optional<Login> login,
        Optional<Path> authorities,
        Duration retryMin,
        Duration retryMax) {

    private static final SettingKey URL =
            new SettingKey("broker.url", "", "Existing broker, tcp://host:port or ssl://host:port; empty for none.");
    private static final SettingKey CLIENT_ID = new SettingKey(
            "broker.client-id", "fieldward", "Name at the broker; must be unlike that of any other client there.");
    private static final SettingKey TOPICS =
            new SettingKey("broker.topics", "", "What to take, separated by commas, e.g. ward7/{device}/vitals=json.");
    private static final SettingKey USERNAME = new SettingKey("broker.username", "", "Login at the broker.");
    private static final SettingKey PASSWORD_FILE =
            new SettingKey("broker.password-file", "", "File whose first line is the password at the broker.");
    private static final SettingKey CA =
            new SettingKey("broker.ca", "", "File with the authorities believed for ssl://, PEM; empty for the JDK's.");
    private static final SettingKey RETRY_MIN =
            new SettingKey("broker.retry-min-seconds", "1", "Upper bound of the first wait before a reconnect.");
    private static final SettingKey RETRY_MAX =
            new SettingKey("broker.retry-max-seconds", "60", "Upper bound of any wait before a reconnect.");

    /** All keys of this record, for the documentation and for finding unknown ones. */
    public static final List<SettingKey> KEYS =
            List.of(URL, CLIENT_ID, TOPICS, USERNAME, PASSWORD_FILE, CA, RETRY_MIN, RETRY_MAX);

    /** The password stays in its file until it is needed. */
    public record Login(String username, Path passwordFile) {}

    public BrokerSettings {
        topics = List.copyOf(topics);
    }

    /** Empty if no broker is named. */
    public static Optional<BrokerSettings> of(Map<String, String> settings, Path home) {
        String url = URL.text(settings);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        checkUrl(url);
        List<TopicTemplate> topics = topics(TOPICS.text(settings));
        int min = RETRY_MIN.number(settings, 1, 3600);
        int max = RETRY_MAX.number(settings, min, 86_400);
        String username = USERNAME.text(settings);
        String passwordFile = PASSWORD_FILE.text(settings);
        if (username.isEmpty() != passwordFile.isEmpty()) {
            throw new IllegalArgumentException(
                    USERNAME.name() + " and " + PASSWORD_FILE.name() + " must be given together, or neither");
        }
        String authorities = CA.text(settings);
        return Optional.of(new BrokerSettings(
                url,
                CLIENT_ID.text(settings),
                topics,
                username.isEmpty() ? Optional.empty() : Optional.of(new Login(username, home.resolve(passwordFile))),
                authorities.isEmpty() ? Optional.empty() : Optional.of(home.resolve(authorities)),
                Duration.ofSeconds(min),
                Duration.ofSeconds(max)));
    }

    private static void checkUrl(String url) {
        try {
            URI uri = URI.create(url);
            boolean scheme = "tcp".equals(uri.getScheme()) || "ssl".equals(uri.getScheme());
            if (scheme && uri.getHost() != null && uri.getPort() > 0 && uri.getUserInfo() == null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(URL.rule("tcp://host:port or ssl://host:port", url), e);
        }
        throw new IllegalArgumentException(URL.rule("tcp://host:port or ssl://host:port", url));
    }

    private static List<TopicTemplate> topics(String text) {
        try {
            List<TopicTemplate> topics = Stream.of(text.split(",", -1))
                    .map(String::strip)
                    .filter(one -> !one.isEmpty())
                    .map(TopicTemplate::of)
                    .toList();
            if (topics.isEmpty()) {
                throw new IllegalArgumentException("at least one topic must be named");
            }
            return topics;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(TOPICS.name() + ": " + e.getMessage(), e);
        }
    }
}
