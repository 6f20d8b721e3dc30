package org.fieldward.edge.clinic.page;

import java.util.List;
import java.util.Map;
import org.fieldward.edge.ingest.SettingKey;

/**
 * Where the ward's page is, and who may open it.
 *
 * @param port 0 for any free one, -1 for none
 * @param patientSystem of the identifiers that the ward writes down when it records
 * @param openOnLoopback no login is asked for where the page is on this machine only
 */
public record ClinicSettings(String host, int port, boolean openOnLoopback, String patientSystem) {

    private static final SettingKey PORT =
            new SettingKey("clinic.port", "8088", "Port of the ward's page; 0 for any free one, 'off' for none.");
    private static final SettingKey HOST = new SettingKey(
            "clinic.host",
            "127.0.0.1",
            "Address of the ward's page; anything but this machine gets TLS, with the certificate of mqtt.tls.");
    private static final SettingKey OPEN = new SettingKey(
            "clinic.open-on-loopback",
            "false",
            "Shows the page without a login to whoever is on this machine; elsewhere a screen's account is always asked.");

    private static final SettingKey PATIENT_SYSTEM = new SettingKey(
            "clinic.patient-system",
            "https://fieldward.org/fhir/identifier/patient",
            "System of the patient numbers that are written into the page's form.");

    public static final List<SettingKey> KEYS = List.of(PORT, HOST, OPEN, PATIENT_SYSTEM);

    private static final int OFF = -1;
    private static final int MAX_PORT = 65_535;

    /** @param settings may hold keys of others */
    public static ClinicSettings of(Map<String, String> settings) {
        boolean off = PORT.text(settings).equals("off");
        String host = HOST.text(settings);
        if (host.isEmpty()) {
            throw new IllegalArgumentException(HOST.rule("an address", host));
        }
        return new ClinicSettings(
                host,
                off ? OFF : PORT.number(settings, 0, MAX_PORT),
                OPEN.flag(settings),
                PATIENT_SYSTEM.text(settings));
    }

    public boolean isOff() {
        return port == OFF;
    }

    public boolean isLoopback() {
        return isLoopback(host);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
    }
}
