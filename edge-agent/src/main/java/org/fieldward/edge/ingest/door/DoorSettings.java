package org.fieldward.edge.ingest.door;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.ingest.SettingKey;

/**
 * How devices come in.
 *
 * @param eventLoops threads that serve connections
 */
public record DoorSettings(Optional<Listener> plain, Optional<Tls> tls, Path accounts, int eventLoops, Limits limits) {

    private static final SettingKey PLAIN_PORT =
            new SettingKey("mqtt.plain.port", "1883", "Port without TLS; 0 for any free one, 'off' for none.");
    private static final SettingKey PLAIN_HOST =
            new SettingKey("mqtt.plain.host", "127.0.0.1", "Address of the port without TLS.");
    private static final SettingKey PLAIN_ANYWHERE = new SettingKey(
            "mqtt.plain.anywhere",
            "false",
            "Allows mqtt.plain.host to be more than this machine: passwords and readings then cross the network in clear.");
    private static final SettingKey TLS_PORT =
            new SettingKey("mqtt.tls.port", "8883", "Port with TLS, open if mqtt.tls.certificate is given; 0 for any.");
    private static final SettingKey TLS_HOST =
            new SettingKey("mqtt.tls.host", "0.0.0.0", "Address of the port with TLS.");
    private static final SettingKey TLS_CERTIFICATE =
            new SettingKey("mqtt.tls.certificate", "", "File with the door's certificate chain, PEM.");
    private static final SettingKey TLS_KEY =
            new SettingKey("mqtt.tls.key", "", "File with the key of mqtt.tls.certificate, PEM (PKCS #8).");
    private static final SettingKey TLS_CLIENT_CA = new SettingKey(
            "mqtt.tls.client-ca", "", "File with the authorities whose client certificates are believed, PEM.");
    private static final SettingKey TLS_CLIENT_REQUIRED = new SettingKey(
            "mqtt.tls.client-certificate-required", "false", "Refuses TLS clients without a certificate.");
    private static final SettingKey TLS_CLIENT_CRL = new SettingKey(
            "mqtt.tls.client-crl",
            "",
            "File with lists of revoked client certificates, PEM, signed by authorities of mqtt.tls.client-ca; reread when it changes.");
    private static final SettingKey ACCOUNTS =
            new SettingKey("mqtt.accounts", "accounts", "File with names, roles, password hashes and revoked names.");
    private static final SettingKey EVENT_LOOPS =
            new SettingKey("mqtt.event-loops", "2", "Threads that serve connections.");
    private static final SettingKey MAX_PACKET =
            new SettingKey("mqtt.max-packet-bytes", "262144", "Largest packet taken; announced to MQTT 5 clients.");
    private static final SettingKey MAX_CONNECTIONS =
            new SettingKey("mqtt.max-connections", "5000", "Connections at one time.");
    private static final SettingKey MAX_PER_ADDRESS =
            new SettingKey("mqtt.max-connections-per-address", "1000", "Connections at one time from one address.");
    private static final SettingKey RECEIVE_MAXIMUM = new SettingKey(
            "mqtt.receive-maximum",
            "200",
            "Publishes a client may have unacknowledged; announced to MQTT 5 clients, others are read more slowly.");
    private static final SettingKey MAX_QUEUED = new SettingKey(
            "mqtt.max-queued-messages", "1000", "Messages that wait for one subscriber before it is dropped.");
    private static final SettingKey CONNECT_DEADLINE =
            new SettingKey("mqtt.connect-deadline-seconds", "10", "Time from the TCP connection to a valid login.");
    private static final SettingKey IDLE_LIMIT =
            new SettingKey("mqtt.idle-limit-seconds", "300", "How long a client without keepalive may say nothing.");

    /** All keys of this record, for the documentation and for finding unknown ones. */
    public static final List<SettingKey> KEYS = List.of(
            PLAIN_PORT,
            PLAIN_HOST,
            PLAIN_ANYWHERE,
            TLS_PORT,
            TLS_HOST,
            TLS_CERTIFICATE,
            TLS_KEY,
            TLS_CLIENT_CA,
            TLS_CLIENT_REQUIRED,
            TLS_CLIENT_CRL,
            ACCOUNTS,
            EVENT_LOOPS,
            MAX_PACKET,
            MAX_CONNECTIONS,
            MAX_PER_ADDRESS,
            RECEIVE_MAXIMUM,
            MAX_QUEUED,
            CONNECT_DEADLINE,
            IDLE_LIMIT);

    private static final int MAX_PORT = 65_535;

    /** The largest packet that MQTT can express, header included. */
    static final int PROTOCOL_MAX_PACKET = 268_435_460;

    /** An address; port 0 for any free one. */
    public record Listener(String host, int port) {}

    /**
     * A listener with TLS.
     *
     * @param clientCa without it no client certificate is asked for
     * @param clientCrl lists of revoked client certificates
     */
    public record Tls(
            Listener listener,
            Path certificate,
            Path key,
            Optional<Path> clientCa,
            boolean clientRequired,
            Optional<Path> clientCrl) {}

    /** What one client, and all of them, may take. */
    public record Limits(
            int maxPacketBytes,
            int maxConnections,
            int maxConnectionsPerAddress,
            int receiveMaximum,
            int maxQueuedMessages,
            Duration connectDeadline,
            Duration idleLimit) {}

    /**
     * Reads and checks the keys of the door.
     *
     * @param settings may hold keys of others
     * @param home what relative file names start from
     */
    public static DoorSettings of(Map<String, String> settings, Path home) {
        var limits = new Limits(
                MAX_PACKET.number(settings, 1024, PROTOCOL_MAX_PACKET),
                MAX_CONNECTIONS.number(settings, 1, 1_000_000),
                MAX_PER_ADDRESS.number(settings, 1, 1_000_000),
                RECEIVE_MAXIMUM.number(settings, 1, 65_535),
                MAX_QUEUED.number(settings, 1, 1_000_000),
                Duration.ofSeconds(CONNECT_DEADLINE.number(settings, 1, 600)),
                Duration.ofSeconds(IDLE_LIMIT.number(settings, 5, 65_535)));
        Optional<Listener> plain = plain(settings);
        Optional<Tls> tls = tls(settings, home);
        if (plain.isEmpty() && tls.isEmpty()) {
            throw new IllegalArgumentException(
                    PLAIN_PORT.name() + " must be a port unless " + TLS_CERTIFICATE.name() + " is given, was 'off'");
        }
        return new DoorSettings(
                plain, tls, home.resolve(ACCOUNTS.text(settings)), EVENT_LOOPS.number(settings, 1, 64), limits);
    }

    private static Optional<Listener> plain(Map<String, String> settings) {
        boolean anywhere = PLAIN_ANYWHERE.flag(settings);
        String host = PLAIN_HOST.text(settings);
        if (PLAIN_PORT.text(settings).equals("off")) {
            return Optional.empty();
        }
        if (!anywhere && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    PLAIN_HOST.rule("127.0.0.1, ::1 or localhost unless " + PLAIN_ANYWHERE.name() + "=true", host));
        }
        return Optional.of(new Listener(host, PLAIN_PORT.number(settings, 0, MAX_PORT)));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    }

    private static Optional<Tls> tls(Map<String, String> settings, Path home) {
        String certificate = TLS_CERTIFICATE.text(settings);
        String key = TLS_KEY.text(settings);
        String clientCa = TLS_CLIENT_CA.text(settings);
        String clientCrl = TLS_CLIENT_CRL.text(settings);
        boolean required = TLS_CLIENT_REQUIRED.flag(settings);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException(
                    TLS_CERTIFICATE.name() + " and " + TLS_KEY.name() + " must be given together, or neither");
        }
        if (required && clientCa.isEmpty()) {
            throw new IllegalArgumentException(TLS_CLIENT_REQUIRED.name() + "=true needs " + TLS_CLIENT_CA.name());
        }
        if (!clientCrl.isEmpty() && clientCa.isEmpty()) {
            throw new IllegalArgumentException(TLS_CLIENT_CRL.name() + " needs " + TLS_CLIENT_CA.name());
        }
        if (certificate.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Tls(
                new Listener(TLS_HOST.text(settings), TLS_PORT.number(settings, 0, MAX_PORT)),
                home.resolve(certificate),
                home.resolve(key),
                clientCa.isEmpty() ? Optional.empty() : Optional.of(home.resolve(clientCa)),
                required,
                clientCrl.isEmpty() ? Optional.empty() : Optional.of(home.resolve(clientCrl))));
    }
}
