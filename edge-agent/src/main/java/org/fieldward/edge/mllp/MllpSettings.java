package org.fieldward.edge.mllp;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.edge.ingest.SettingKey;

/**
 * Where hospital systems send over MLLP, and who may.
 *
 * @param port 0 for any free one
 * @param addresses from which messages are taken; empty: from any that can connect
 */
public record MllpSettings(String host, int port, Tls tls, Set<String> addresses) {

    private static final SettingKey PORT =
            new SettingKey("mllp.port", "off", "Port for HL7 version 2 over MLLP; 0 for any free one, 'off' for none.");
    private static final SettingKey HOST = new SettingKey(
            "mllp.host",
            "127.0.0.1",
            "Address of it; more than this machine needs mllp.addresses or mllp.tls=client-certificate.");
    private static final SettingKey TLS = new SettingKey(
            "mllp.tls",
            "off",
            "'on': TLS with the certificate of mqtt.tls; 'client-certificate': senders must show one, too, by mqtt.tls.client-ca.");
    private static final SettingKey ADDRESSES = new SettingKey(
            "mllp.addresses", "", "Addresses that may send, separated by commas; empty: any that can connect.");

    public static final List<SettingKey> KEYS = List.of(PORT, HOST, TLS, ADDRESSES);

    private static final int MAX_PORT = 65_535;

    public enum Tls {
        OFF,
        ON,
        CLIENT_CERTIFICATE
    }

    /**
     * The door's certificate chain and its key, PEM.
     *
     * @param clientCa authorities whose client certificates are believed
     * @param clientCrl lists of revoked ones
     */
    public record Certificate(Path chain, Path key, Optional<Path> clientCa, Optional<Path> clientCrl) {}

    public MllpSettings {
        addresses = Set.copyOf(addresses);
    }

    /**
     * Empty where it is off.
     *
     * @param settings may hold keys of others
     */
    public static Optional<MllpSettings> of(Map<String, String> settings) {
        if (PORT.text(settings).equals("off")) {
            return Optional.empty();
        }
        String host = HOST.text(settings);
        String word = TLS.text(settings);
        Tls tls = switch (word) {
            case "off" -> Tls.OFF;
            case "on" -> Tls.ON;
            case "client-certificate" -> Tls.CLIENT_CERTIFICATE;
            default -> throw new IllegalArgumentException(TLS.rule("off, on or client-certificate", word));
        };
        Set<String> addresses = Arrays.stream(ADDRESSES.text(settings).split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .collect(Collectors.toSet());
        boolean isLoopback = host.equals("localhost") || host.equals("::1") || host.matches("127\\.[0-9.]+");
        if (host.isEmpty() || !isLoopback && addresses.isEmpty() && tls != Tls.CLIENT_CERTIFICATE) {
            throw new IllegalArgumentException(HOST.rule(
                    "127.0.0.1, ::1 or localhost unless mllp.addresses is given or mllp.tls is client-certificate",
                    host));
        }
        return Optional.of(new MllpSettings(host, PORT.number(settings, 0, MAX_PORT), tls, addresses));
    }

    /** @throws IllegalArgumentException if the certificate that it asks for is not there */
    void require(Optional<Certificate> certificate) {
        if (tls != Tls.OFF && certificate.isEmpty()) {
            throw new IllegalArgumentException(
                    TLS.rule("off unless mqtt.tls.certificate or mqtt.tls.local-names is given", word()));
        }
        if (tls == Tls.CLIENT_CERTIFICATE
                && certificate.flatMap(Certificate::clientCa).isEmpty()) {
            throw new IllegalArgumentException(TLS.rule("off or on unless mqtt.tls.client-ca is given", word()));
        }
    }

    private String word() {
        return tls == Tls.ON ? "on" : "client-certificate";
    }
}
