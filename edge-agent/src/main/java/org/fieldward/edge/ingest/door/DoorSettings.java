package org.fieldward.edge.ingest.door;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.ingest.SettingKey;
import org.fieldward.edge.ingest.session.SessionLimits;

/**
 * How devices come in.
 *
 * @param eventLoops threads that serve connections
 */
public record DoorSettings(
        Optional<Listener> plain,
        Optional<Tls> tls,
        Optional<Listener> web,
        Optional<Tls> secureWeb,
        Optional<Path> unixSocket,
        Path accounts,
        int eventLoops,
        Limits limits) {

    private static final SettingKey PLAIN_PORT =
            new SettingKey("mqtt.plain.port", "1883", "Port without TLS; 0 for any free one, 'off' for none.");
    private static final SettingKey PLAIN_HOST =
            new SettingKey("mqtt.plain.host", "127.0.0.1", "Address of the port without TLS.");
    private static final SettingKey PLAIN_ANYWHERE = new SettingKey(
            "mqtt.plain.anywhere",
            "false",
            "Allows mqtt.plain.host and mqtt.websocket.host to be more than this machine: passwords and readings then cross the network in clear.");
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
    private static final SettingKey MAX_CONNECTIONS = new SettingKey(
            "mqtt.max-connections",
            "5000",
            "Connections at one time; fewer where they do not fit into two thirds of the heap (-Xmx): 14 KB each, with TLS 24.");
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

    private static final SettingKey WEB_PORT = new SettingKey(
            "mqtt.websocket.port", "off", "Port of the WebSocket listener (path /mqtt) without TLS, or 'off'.");
    private static final SettingKey WEB_HOST =
            new SettingKey("mqtt.websocket.host", "127.0.0.1", "Address it listens on.");
    private static final SettingKey SECURE_WEB_PORT = new SettingKey(
            "mqtt.websocket.tls-port", "off", "Port of the WebSocket listener with TLS, on mqtt.tls.host, or 'off'.");
    private static final SettingKey UNIX_SOCKET = new SettingKey(
            "mqtt.unix-socket", "", "File of a socket for programs of this machine; they log in like all others.");
    private static final SettingKey MAX_RATE = new SettingKey(
            "mqtt.max-publishes-per-second",
            "1000",
            "Publishes of one client; beyond it the client is read more slowly.");
    private static final SettingKey MAX_EXPIRY = new SettingKey(
            "mqtt.session-expiry-max-seconds", "604800", "Longest time a session is kept without its client.");
    private static final SettingKey MAX_SESSIONS = new SettingKey(
            "mqtt.max-sessions", "10000", "Sessions that are kept; beyond it the one left longest ago ends.");
    private static final SettingKey MAX_QUEUED_BYTES =
            new SettingKey("mqtt.max-queued-bytes", "4194304", "Bytes of messages that wait for one subscriber.");

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
            IDLE_LIMIT,
            WEB_PORT,
            WEB_HOST,
            SECURE_WEB_PORT,
            UNIX_SOCKET,
            MAX_RATE,
            MAX_EXPIRY,
            MAX_SESSIONS,
            MAX_QUEUED_BYTES);

    private static final int MAX_PORT = 65_535;

    /** The largest packet that MQTT can express, header included. */
    static final int PROTOCOL_MAX_PACKET = 268_435_460;

    /** An address; port 0 for any free one. */
    public record Listener(String host, int port) {}

    /**
     * Files of a certificate chain and its key, PEM.
     *
     * @param own whether the gateway made them itself, so that nobody needs to be told at the start that they are wrong
     */
    public record Keys(Path certificate, Path key, boolean own) {}

    /**
     * A listener with TLS.
     *
     * @param keys what the door shows of itself
     * @param clientCa without it no client certificate is asked for
     * @param clientCrl lists of revoked client certificates
     */
    public record Tls(
            Listener listener, Keys keys, Optional<Path> clientCa, boolean clientRequired, Optional<Path> clientCrl) {

        /** The same on another port. */
        Tls on(int port) {
            var other = new Listener(listener.host(), port);
            return new Tls(other, keys, clientCa, clientRequired, clientCrl);
        }
    }

    /** What one client, and all of them, may take. */
    public record Limits(
            int maxPacketBytes,
            int maxConnections,
            int maxConnectionsPerAddress,
            int receiveMaximum,
            int maxPublishesPerSecond,
            SessionLimits sessions,
            Duration connectDeadline,
            Duration idleLimit) {}

    /**
     * Reads and checks the keys of the door.
     *
     * @param settings may hold keys of others
     * @param home what relative file names start from
     */
    public static DoorSettings of(Map<String, String> settings, Path home) {
        return of(settings, home, Optional.empty());
    }

    /** @param own shown where the settings name no certificate */
    public static DoorSettings of(Map<String, String> settings, Path home, Optional<Keys> own) {
        var limits = new Limits(
                MAX_PACKET.number(settings, 1024, PROTOCOL_MAX_PACKET),
                MAX_CONNECTIONS.number(settings, 1, 1_000_000),
                MAX_PER_ADDRESS.number(settings, 1, 1_000_000),
                RECEIVE_MAXIMUM.number(settings, 1, 65_535),
                MAX_RATE.number(settings, 1, 10_000_000),
                new SessionLimits(
                        MAX_EXPIRY.number(settings, 0, 31_622_400),
                        MAX_SESSIONS.number(settings, 1, 1_000_000),
                        MAX_QUEUED.number(settings, 1, 1_000_000),
                        MAX_QUEUED_BYTES.number(settings, 1024, 1 << 30)),
                Duration.ofSeconds(CONNECT_DEADLINE.number(settings, 1, 600)),
                Duration.ofSeconds(IDLE_LIMIT.number(settings, 5, 65_535)));
        Optional<Listener> plain = open(settings, PLAIN_PORT, PLAIN_HOST);
        Optional<Tls> tls = tls(settings, home, own);
        if (plain.isEmpty() && tls.isEmpty()) {
            throw new IllegalArgumentException(
                    PLAIN_PORT.name() + " must be a port unless " + TLS_CERTIFICATE.name() + " is given, was 'off'");
        }
        String unix = UNIX_SOCKET.text(settings);
        return new DoorSettings(
                plain,
                tls,
                open(settings, WEB_PORT, WEB_HOST),
                secureWeb(settings, tls),
                unix.isEmpty() ? Optional.empty() : Optional.of(home.resolve(unix)),
                home.resolve(ACCOUNTS.text(settings)),
                EVENT_LOOPS.number(settings, 1, 64),
                limits);
    }

    private static Optional<Tls> secureWeb(Map<String, String> settings, Optional<Tls> tls) {
        if (SECURE_WEB_PORT.text(settings).equals("off")) {
            return Optional.empty();
        }
        int port = SECURE_WEB_PORT.number(settings, 0, MAX_PORT);
        return tls.map(known -> known.on(port));
    }

    /** A way in without TLS: for this machine only, unless the operator says otherwise. */
    private static Optional<Listener> open(Map<String, String> settings, SettingKey port, SettingKey hostKey) {
        boolean anywhere = PLAIN_ANYWHERE.flag(settings);
        String host = hostKey.text(settings);
        if (port.text(settings).equals("off")) {
            return Optional.empty();
        }
        if (!anywhere && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    hostKey.rule("127.0.0.1, ::1 or localhost unless " + PLAIN_ANYWHERE.name() + "=true", host));
        }
        return Optional.of(new Listener(host, port.number(settings, 0, MAX_PORT)));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    }

    private static Optional<Tls> tls(Map<String, String> settings, Path home, Optional<Keys> own) {
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
        Optional<Keys> keys = certificate.isEmpty()
                ? own
                : Optional.of(new Keys(home.resolve(certificate), home.resolve(key), false));
        return keys.map(shown -> new Tls(
                new Listener(TLS_HOST.text(settings), TLS_PORT.number(settings, 0, MAX_PORT)),
                shown,
                clientCa.isEmpty() ? Optional.empty() : Optional.of(home.resolve(clientCa)),
                required,
                clientCrl.isEmpty() ? Optional.empty() : Optional.of(home.resolve(clientCrl))));
    }
}
