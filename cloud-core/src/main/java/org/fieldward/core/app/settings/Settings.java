package org.fieldward.core.app.settings;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.access.Territory;
import org.fieldward.core.access.person.Sessions;
import org.fieldward.core.access.token.Algorithm;
import org.fieldward.core.access.token.ClaimNames;
import org.fieldward.core.alert.AlertSettings;
import org.fieldward.core.alert.Rules;
import org.fieldward.core.anchor.AnchorSettings;
import org.fieldward.core.anchor.chain.ChainSettings;
import org.fieldward.core.completeness.Facilities;
import org.fieldward.core.copy.CopySettings;
import org.fieldward.core.delivery.Reach;
import org.fieldward.core.distribution.HttpSettings;
import org.fieldward.core.distribution.HttpSettings.Token;
import org.fieldward.core.distribution.outbox.OutboxSettings;
import org.fieldward.core.intake.IntakeSettings;
import org.fieldward.core.intake.instruction.Instructions;

/** What an operator chose, checked as a whole before anything starts. Immutable; prints no secret. */
public final class Settings {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

    private final Map<Key, String> values;

    private Settings(Map<Key, String> values) {
        this.values = new EnumMap<>(values);
        intake();
        databasePool();
        maxWaitingBytes();
        http();
        anchor();
        facilities();
        rosterLabel();
        access();
        outbox();
        reach();
        alerts();
        copies();
    }

    public static Settings defaults() {
        return new Settings(new EnumMap<>(Key.class));
    }

    public static Settings read(Path file) {
        Map<Key, String> values = new EnumMap<>(Key.class);
        properties("settings file", file).forEach((name, value) -> {
            Key key = Key.of(name)
                    .orElseThrow(() -> new AppException("unknown setting '" + name + "' in " + file + ", did you mean '"
                            + Key.nearest(name).key() + "'?"));
            values.put(key, value);
        });
        return new Settings(values);
    }

    /** What stands in a properties file, without white space at the ends of values. */
    public static Map<String, String> properties(String what, Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new AppException(what + " " + file + " could not be read: " + e.getMessage(), e);
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(
                        name -> name, name -> properties.getProperty(name).strip()));
    }

    public Settings with(Key key, String value) {
        Map<Key, String> changed = new EnumMap<>(Key.class);
        changed.putAll(values);
        changed.put(key, value);
        return new Settings(changed);
    }

    public String text(Key key) {
        return values.getOrDefault(key, key.fallback());
    }

    public long number(Key key, long min, long max) {
        String text = text(key);
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The error below says all there is to say.
        }
        throw new AppException(key.key() + " must be a number from " + min + " to " + max + ", was '" + text + "'");
    }

    public Path dataDir() {
        return Path.of(text(Key.DATA_DIR));
    }

    public Secret databasePassword() {
        return new Secret(text(Key.DATABASE_PASSWORD));
    }

    public int databasePool() {
        return (int) number(Key.DATABASE_POOL, 4, 100);
    }

    public long maxWaitingBytes() {
        return number(Key.INTAKE_MAX_WAITING_BYTES, 1 << 20, 8L << 30);
    }

    public HttpSettings http() {
        return new HttpSettings(
                text(Key.HTTP_ADDRESS),
                (int) number(Key.HTTP_PORT, 0, 65_535),
                Set.copyOf(list(Key.HTTP_NAMES)),
                some(Key.HTTP_TOKEN_FILE).map(file -> new Token(firstLine(Key.HTTP_TOKEN_FILE, Path.of(file)))),
                (int) number(Key.HTTP_MAX_THREADS, 8, 1_000),
                (int) number(Key.HTTP_MAX_STREAMS, 1, 10_000));
    }

    public OutboxSettings outbox() {
        return new OutboxSettings(
                duration(Key.SUBSCRIPTION_RETRY_FOR),
                duration(Key.SUBSCRIPTION_KEEP),
                duration(Key.SUBSCRIPTION_PATIENCE),
                (int) number(Key.SUBSCRIPTION_MAX, 1, 10_000));
    }

    public AlertSettings alerts() {
        return new AlertSettings(
                some(Key.ALERT_RULES_FILE)
                        .map(file -> Rules.read(Path.of(file)))
                        .orElse(List.of()),
                some(Key.ALERT_SMTP_HOST).map(this::mail),
                text(Key.ALERT_LINK),
                duration(Key.ALERT_MAX_AGE),
                duration(Key.ALERT_RETRY_FOR));
    }

    private AlertSettings.Mail mail(String host) {
        AlertSettings.Security security = switch (text(Key.ALERT_SMTP_SECURITY)) {
            case "starttls" -> AlertSettings.Security.STARTTLS;
            case "tls" -> AlertSettings.Security.TLS;
            case "none" -> AlertSettings.Security.NONE;
            default ->
                throw new AppException(Key.ALERT_SMTP_SECURITY.key() + " must be starttls, tls or none, was '"
                        + text(Key.ALERT_SMTP_SECURITY) + "'");
        };
        return new AlertSettings.Mail(
                host,
                (int) number(Key.ALERT_SMTP_PORT, 1, 65_535),
                security,
                text(Key.ALERT_SMTP_USER),
                some(Key.ALERT_SMTP_PASSWORD_FILE)
                        .map(file ->
                                new AlertSettings.Password(firstLine(Key.ALERT_SMTP_PASSWORD_FILE, Path.of(file)))),
                text(Key.ALERT_FROM));
    }

    public CopySettings copies() {
        return new CopySettings(
                some(Key.COPY_REDIS_URL).map(url -> place(url, Key.COPY_REDIS_USER, Key.COPY_REDIS_PASSWORD_FILE)),
                some(Key.COPY_DOCUMENT_URL)
                        .map(url -> place(url, Key.COPY_DOCUMENT_USER, Key.COPY_DOCUMENT_PASSWORD_FILE)),
                duration(Key.COPY_VERIFY_EVERY));
    }

    private CopySettings.Place place(String url, Key user, Key passwordFile) {
        return new CopySettings.Place(
                url,
                some(user),
                some(passwordFile).map(file -> new CopySettings.Password(firstLine(passwordFile, Path.of(file)))));
    }

    /** Where messages may go. */
    public Reach reach() {
        return Reach.of(list(Key.SUBSCRIPTION_ALLOW_PRIVATE_TARGETS));
    }

    /** Of the FHIR API, without a slash at the end. */
    public String fhirBase() {
        return some(Key.SUBSCRIPTION_BASE_URL)
                .orElse("http://localhost:" + text(Key.HTTP_PORT) + "/fhir")
                .replaceAll("/+$", "");
    }

    public Facilities facilities() {
        return Facilities.parse(list(Key.FACILITY_ZONES));
    }

    public AccessSettings access() {
        return new AccessSettings(
                some(Key.ACCESS_ISSUER).map(this::outside),
                new Sessions.Limits(duration(Key.ACCESS_IDLE), duration(Key.ACCESS_SESSION)),
                (int) number(Key.AUDIT_RETENTION_YEARS, 1, 100),
                Territory.parse(list(Key.FACILITY_GATEWAYS)));
    }

    private AccessSettings.Outside outside(String issuer) {
        return new AccessSettings.Outside(
                issuer,
                some(Key.ACCESS_AUDIENCE)
                        .orElseThrow(() -> new AppException("access.audience must be set where access.issuer is")),
                Algorithm.of(text(Key.ACCESS_ALGORITHM)),
                some(Key.ACCESS_CLIENT_ID),
                new ClaimNames(
                        text(Key.ACCESS_ROLES_CLAIM),
                        text(Key.ACCESS_FACILITIES_CLAIM),
                        text(Key.ACCESS_PATIENT_CLAIM)),
                duration(Key.ACCESS_MAX_TOKEN_AGE));
    }

    public Instructions.Label rosterLabel() {
        return switch (text(Key.ROSTER_LABEL)) {
            case "bed" -> Instructions.Label.BED;
            case "initials" -> Instructions.Label.INITIALS;
            default ->
                throw new AppException(
                        Key.ROSTER_LABEL.key() + " must be bed or initials, was '" + text(Key.ROSTER_LABEL) + "'");
        };
    }

    public Optional<Path> sourcesFile() {
        return some(Key.WEBHOOKS_SOURCES_FILE).map(Path::of);
    }

    public Path ledgerKeyFile() {
        return some(Key.LEDGER_KEY_FILE).map(Path::of).orElse(dataDir().resolve("ledger-key.pem"));
    }

    public AnchorSettings anchor() {
        return new AnchorSettings(
                text(Key.LEDGER_ORIGIN),
                ledgerKeyFile(),
                duration(Key.ANCHOR_INTERVAL),
                some(Key.CHAIN_URL).map(this::node));
    }

    private AnchorSettings.Node node(String url) {
        Path keyFile = some(Key.CHAIN_KEY_FILE)
                .map(Path::of)
                .orElseThrow(() -> new AppException("chain.key-file must be set where chain.url is"));
        OptionalLong fromBlock = some(Key.CHAIN_FROM_BLOCK).isPresent()
                ? OptionalLong.of(number(Key.CHAIN_FROM_BLOCK, 0, Long.MAX_VALUE))
                : OptionalLong.empty();
        return new AnchorSettings.Node(
                url,
                keyFile,
                duration(Key.CHAIN_POLL),
                new ChainSettings(
                        number(Key.CHAIN_ID, 1, Long.MAX_VALUE),
                        some(Key.CHAIN_CONTRACT),
                        yes(Key.CHAIN_DEPLOY),
                        fromBlock,
                        ChainSettings.Finality.parse(text(Key.CHAIN_FINALITY)),
                        duration(Key.CHAIN_RAISE_AFTER),
                        AnchorSettings.gwei(number(Key.CHAIN_MAX_FEE, 1, 1_000_000))));
    }

    private Optional<String> some(Key key) {
        return Optional.of(text(key)).filter(text -> !text.isEmpty());
    }

    public List<String> list(Key key) {
        return Stream.of(text(key).split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private boolean yes(Key key) {
        return switch (text(key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new AppException(key.key() + " must be true or false, was '" + text(key) + "'");
        };
    }

    /** A number with its unit: {@code 500ms}, {@code 10s}, {@code 5m} or {@code 24h}. */
    private Duration duration(Key key) {
        Matcher matcher = DURATION.matcher(text(key));
        if (!matcher.matches()) {
            throw new AppException(
                    key.key() + " must be a number with ms, s, m or h, such as 60s, was '" + text(key) + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private static String firstLine(Key key, Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException | UncheckedIOException e) {
            throw new AppException(key.key() + " " + file + " could not be read", e);
        }
    }

    public IntakeSettings intake() {
        return new IntakeSettings(
                new InetSocketAddress(text(Key.INTAKE_ADDRESS), (int) number(Key.INTAKE_PORT, 0, 65_535)),
                list(Key.INTAKE_NAMES),
                (int) number(Key.INTAKE_WINDOW, 1, 1_000),
                (int) number(Key.INTAKE_MAX_BATCH_BYTES, 64 << 10, 32 << 20),
                (int) number(Key.INTAKE_SESSIONS_PER_SECOND, 1, 10_000),
                (int) number(Key.INTAKE_MAX_SESSIONS, 1, 100_000),
                Duration.ofSeconds(number(Key.INTAKE_HEARTBEAT_SECONDS, 1, 300)),
                Duration.ofDays(number(Key.INTAKE_CERTIFICATE_DAYS, 1, 3_650)));
    }
}
