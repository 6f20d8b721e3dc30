package org.fieldward.edge.app;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.fieldward.edge.alarm.AlarmSettings;
import org.fieldward.edge.alarm.Limit;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.centre.ConfigurationDesk;
import org.fieldward.edge.clinic.page.ClinicSettings;
import org.fieldward.edge.clock.ClockSettings;
import org.fieldward.edge.ingest.MedtechSettings;
import org.fieldward.edge.ingest.SettingKey;
import org.fieldward.edge.ingest.broker.BrokerSettings;
import org.fieldward.edge.ingest.door.DoorSettings;
import org.fieldward.edge.mllp.MllpSettings;
import org.fieldward.edge.pace.Cron;
import org.fieldward.edge.pace.PaceSettings;
import org.fieldward.edge.pace.PaceSettings.BacklogOrder;
import org.fieldward.edge.pace.TransferWindow;
import org.fieldward.edge.sync.GrpcChannels.CoreAddress;
import org.fieldward.edge.sync.SyncSettings;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;

/**
 * Everything an operator can set. One properties file; a key that nobody knows stops the start.
 *
 * @param home the folder that relative paths begin at: that of the settings file
 * @param core empty: this gateway works without a core
 * @param localNames for which the door's own certificate is made; empty: no TLS without mqtt.tls.certificate
 * @param values as given, for the door, whose own record reads them
 */
public record Settings(
        Path home,
        Path data,
        BufferSettings buffer,
        SyncSettings sync,
        CentreSettings centre,
        Optional<CoreAddress> core,
        AlarmSettings alarm,
        ClinicSettings clinic,
        List<String> localNames,
        Map<String, String> values) {

    private static final long MAX_BYTES = 1L << 50;

    /** A session of this length shows that the link lives with the centre's settings. */
    private static final Duration STEADY = Duration.ofSeconds(15);

    /** @param allowed whether the centre may set anything here */
    public record CentreSettings(boolean allowed, ConfigurationDesk.Rules rules) {}

    private static final SettingKey DATA =
            new SettingKey("data.directory", "data", "Folder of buffer, keys, certificates and status.");
    private static final SettingKey BUFFER_MAX = new SettingKey(
            "buffer.max-bytes",
            "4294967296",
            "Disk for readings; beyond it devices are told that the gateway is full.");
    private static final SettingKey BUFFER_WAVEFORMS = new SettingKey(
            "buffer.waveform-percent",
            "40",
            "Of buffer.max-bytes, what waveforms may take; beyond it older ones are thinned, then summarised, then dropped.");
    private static final SettingKey BUFFER_RESERVE =
            new SettingKey("buffer.reserve-bytes", "67108864", "Disk on top of it for alarms and events only.");
    private static final SettingKey BUFFER_QUARANTINE =
            new SettingKey("buffer.quarantine-bytes", "67108864", "Disk for payloads that could not be read.");
    private static final SettingKey BUFFER_LINGER = new SettingKey(
            "buffer.linger-millis", "0", "How long a commit waits for company: saves CPU and flash, costs latency.");
    private static final SettingKey BUFFER_GROUP = new SettingKey("buffer.max-group", "8192", "Records in one commit.");
    private static final SettingKey CORE =
            new SettingKey("core.address", "", "HOST:PORT of the core; empty: this gateway works alone.");
    private static final SettingKey CORE_NAME = new SettingKey(
            "core.server-name", "", "Name in the core's certificate, where it is not the host of core.address.");
    private static final SettingKey MAX_BATCH =
            new SettingKey("core.max-batch", "1000", "Records in one batch to the core.");
    private static final SettingKey LINGER = new SettingKey(
            "core.linger-millis", "50", "How long live readings wait for company while a batch is under way.");
    private static final SettingKey LIVE =
            new SettingKey("core.live-seconds", "10", "How long after its arrival a record goes before the backlog.");
    private static final SettingKey ACK_TIMEOUT = new SettingKey(
            "core.ack-timeout-seconds", "30", "Without a confirmation for so long the link is torn down and rebuilt.");
    private static final SettingKey CONNECT_TIMEOUT =
            new SettingKey("core.connect-timeout-seconds", "20", "From dialling to the core's welcome.");
    private static final SettingKey RETRY_MIN =
            new SettingKey("core.retry-min-millis", "1000", "Longest wait after the first failure; doubles with each.");
    private static final SettingKey RETRY_MAX =
            new SettingKey("core.retry-max-seconds", "120", "Longest wait between two attempts.");
    private static final SettingKey STABLE =
            new SettingKey("core.stable-seconds", "60", "A session of this length makes the next failure the first.");
    private static final SettingKey ORDER = new SettingKey(
            "core.backlog-order",
            "oldest-first",
            "Which end of the backlog goes first after an outage: oldest-first or newest-first.");
    private static final SettingKey LIVE_DELAY = new SettingKey(
            "core.live-delay-millis",
            "2000",
            "How long what is new may wait on the link behind the backlog: bounds what is under way.");
    private static final SettingKey MAX_BYTES_PER_SECOND = new SettingKey(
            "core.max-bytes-per-second",
            "0",
            "Bytes of batches a second to the core, on average; 0 for no limit. Alarms and events go all the same.");
    private static final SettingKey TRANSFER_WINDOW = new SettingKey(
            "core.transfer-window",
            "",
            "Cron expression of five fields: when readings may go to the core; empty: always. Alarms and events always.");
    private static final SettingKey TRANSFER_MINUTES = new SettingKey(
            "core.transfer-minutes", "1", "How long the window stays open from each minute that the expression names.");
    private static final SettingKey TRANSFER_ZONE =
            new SettingKey("core.transfer-zone", "UTC", "Time zone of core.transfer-window, as Europe/Berlin.");
    private static final SettingKey CENTRE =
            new SettingKey("centre.settings", "true", "Whether the centre may set what is listed above.");
    private static final SettingKey TRIAL_SECONDS = new SettingKey(
            "centre.trial-seconds", "300", "Without the link for so long, the centre's new settings are rolled back.");
    private static final SettingKey TRIAL_STARTS = new SettingKey(
            "centre.trial-starts", "3", "Starts of the agent after which they are, if the link was not up with them.");
    private static final SettingKey SENSOR_OFF =
            new SettingKey("alarm.sensor-off-seconds", "15", "How long a sensor may be off without an alarm.");
    private static final SettingKey SILENT =
            new SettingKey("alarm.silent-seconds", "30", "How long a device that was sending may say nothing.");
    private static final SettingKey LOST =
            new SettingKey("alarm.lost-seconds", "10", "How long a device whose connection broke may stay away.");
    private static final SettingKey LINK_DOWN = new SettingKey(
            "alarm.link-down-seconds", "60", "How long the core may confirm nothing while records wait.");
    private static final SettingKey WITHDRAW = new SettingKey(
            "alarm.withdraw-seconds",
            "900",
            "How long a limit alarm stays when its device was switched off and no new value came.");
    private static final SettingKey LATE = new SettingKey(
            "alarm.late-seconds", "60", "A reading older than this at its arrival is history and raises nothing.");
    private static final SettingKey MAPPINGS = new SettingKey(
            "decode.mappings", "", "Folder of mappings, NAME.json, for JSON of other shapes; empty for none.");
    private static final SettingKey SPARKPLUG_HOST = new SettingKey(
            "decode.sparkplug-host", "fieldward", "Name under which Sparkplug nodes find that their host is there.");
    private static final SettingKey LOCAL_NAMES = new SettingKey(
            "mqtt.tls.local-names",
            "localhost,127.0.0.1",
            "Names for the certificate the gateway makes itself where mqtt.tls.certificate is empty; 'off': no TLS then.");

    /** For adults; a ward sets its own. */
    private static final Map<String, String> LIMITS = Map.of(
            "heart-rate", "40..130 delay 10s hysteresis 3 priority high",
            "pulse-rate", "40..130 delay 10s hysteresis 3 priority high",
            "respiratory-rate", "8..30 delay 15s hysteresis 2 priority high",
            "spo2", "88.. delay 10s hysteresis 2 priority high",
            "temperature", "35.0..39.0 delay 30s hysteresis 0.3 priority medium",
            "systolic", "90..180 delay 0s hysteresis 5 priority medium",
            "mean-arterial-pressure", "60..120 delay 0s hysteresis 5 priority medium",
            "arterial-systolic", "90..180 delay 10s hysteresis 5 priority medium",
            "arterial-mean", "60..120 delay 10s hysteresis 5 priority high");

    /** Every key, in the order of the documents. */
    public static List<SettingKey> keys() {
        var keys = new ArrayList<>(List.of(
                DATA,
                BUFFER_MAX,
                BUFFER_WAVEFORMS,
                BUFFER_RESERVE,
                BUFFER_QUARANTINE,
                BUFFER_LINGER,
                BUFFER_GROUP,
                CORE,
                CORE_NAME,
                MAX_BATCH,
                LINGER,
                LIVE,
                ACK_TIMEOUT,
                CONNECT_TIMEOUT,
                RETRY_MIN,
                RETRY_MAX,
                STABLE,
                ORDER,
                LIVE_DELAY,
                MAX_BYTES_PER_SECOND,
                TRANSFER_WINDOW,
                TRANSFER_MINUTES,
                TRANSFER_ZONE,
                CENTRE,
                TRIAL_SECONDS,
                TRIAL_STARTS));
        keys.addAll(DoorSettings.KEYS);
        keys.addAll(BrokerSettings.KEYS);
        keys.addAll(ClinicSettings.KEYS);
        keys.addAll(MllpSettings.KEYS);
        keys.addAll(ClockSettings.KEYS);
        keys.addAll(MedtechSettings.KEYS);
        keys.addAll(
                List.of(MAPPINGS, SPARKPLUG_HOST, LOCAL_NAMES, SENSOR_OFF, SILENT, LOST, LINK_DOWN, WITHDRAW, LATE));
        Catalogue.standard().all().stream()
                .filter(parameter -> !parameter.isPanel())
                .map(Settings::limitKey)
                .forEach(keys::add);
        return List.copyOf(keys);
    }

    /**
     * A file that is not there is an error, and so is an empty one: it is what a full disk or a cut of power leaves of a file,
     * and with all defaults the gateway would look for its readings elsewhere. A comment is enough where they are meant.
     */
    public static Settings load(Path file) {
        var properties = new Properties();
        try {
            String text = Files.readString(file);
            if (text.isBlank()) {
                throw new IllegalArgumentException("the settings file " + file
                        + " is empty: write it with 'edge-agent settings', or leave a comment (#) in it if all defaults"
                        + " are meant");
            }
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new IllegalArgumentException("could not read the settings file " + file, e);
        }
        var values = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return of(values, Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/")));
    }

    /** These and others beside them; what is set here wins. */
    Settings over(Map<String, String> others) {
        var merged = new HashMap<>(others);
        merged.putAll(values);
        return of(merged, home);
    }

    /** The same with other ports, where any free one was asked for. */
    Settings atPorts(Map<String, Integer> ports) {
        var fixed = new HashMap<>(values);
        ports.forEach((key, port) -> fixed.replace(key, "0", Integer.toString(port)));
        return of(fixed, home);
    }

    /** @throws IllegalArgumentException that names the key, the rule and what was found */
    public static Settings of(Map<String, String> values, Path home) {
        refuseUnknown(values);
        MllpSettings.of(values);
        var backoff = new SyncSettings.Backoff(
                Duration.ofMillis(RETRY_MIN.number(values, 10, 3_600_000)),
                seconds(RETRY_MAX, values),
                seconds(STABLE, values));
        String address = CORE.text(values);
        String names = LOCAL_NAMES.text(values);
        String host = SPARKPLUG_HOST.text(values);
        if (!DeviceId.isValid(host)) {
            throw new IllegalArgumentException(SPARKPLUG_HOST.rule("a name of at most 64 of A-Z a-z 0-9 . _ -", host));
        }
        return new Settings(
                home,
                home.resolve(DATA.text(values)),
                new BufferSettings(
                        BUFFER_MAX.bytes(values, MAX_BYTES),
                        BUFFER_WAVEFORMS.number(values, 0, 90),
                        BUFFER_RESERVE.bytes(values, MAX_BYTES),
                        BUFFER_QUARANTINE.bytes(values, MAX_BYTES),
                        Duration.ofMillis(BUFFER_LINGER.number(values, 0, 100)),
                        BUFFER_GROUP.number(values, 1, 100_000)),
                new SyncSettings(
                        MAX_BATCH.number(values, 1, 10_000),
                        Duration.ofMillis(LINGER.number(values, 0, 10_000)),
                        seconds(LIVE, values),
                        seconds(ACK_TIMEOUT, values),
                        seconds(CONNECT_TIMEOUT, values),
                        backoff,
                        pace(values)),
                new CentreSettings(
                        CENTRE.flag(values),
                        new ConfigurationDesk.Rules(
                                TRIAL_STARTS.number(values, 1, 100), seconds(TRIAL_SECONDS, values), STEADY)),
                address.isEmpty() ? Optional.empty() : Optional.of(CoreAddress.of(address, CORE_NAME.text(values))),
                alarm(values),
                ClinicSettings.of(values),
                names.equals("off")
                        ? List.of()
                        : List.of(names.split(",")).stream().map(String::strip).toList(),
                Map.copyOf(values));
    }

    /** @param own what the gateway made itself, where the operator gave none */
    DoorSettings door(Optional<DoorSettings.Keys> own) {
        return DoorSettings.of(values, home, own);
    }

    /** The file of MQTT accounts. */
    public Path accounts() {
        return door(Optional.empty()).accounts();
    }

    /** Empty unless the ward has a broker of its own to read from. */
    Optional<BrokerSettings> broker() {
        return BrokerSettings.of(values, home);
    }

    ClockSettings clock() {
        return ClockSettings.of(values);
    }

    /** The folder of mappings, if there is one. */
    public Optional<Path> mappings() {
        return Optional.of(MAPPINGS.text(values))
                .filter(text -> !text.isEmpty())
                .map(home::resolve);
    }

    String sparkplugHost() {
        return SPARKPLUG_HOST.text(values);
    }

    boolean needsLocalCertificate() {
        return values.getOrDefault("mqtt.tls.certificate", "").isBlank() && !localNames.isEmpty();
    }

    private static PaceSettings pace(Map<String, String> values) {
        String order = ORDER.text(values);
        BacklogOrder backlog = switch (order) {
            case "oldest-first" -> BacklogOrder.OLDEST_FIRST;
            case "newest-first" -> BacklogOrder.NEWEST_FIRST;
            default -> throw new IllegalArgumentException(ORDER.rule("oldest-first or newest-first", order));
        };
        return new PaceSettings(
                backlog,
                MAX_BYTES_PER_SECOND.bytes(values, MAX_BYTES),
                window(values),
                Duration.ofMillis(LIVE_DELAY.number(values, 100, 60_000)));
    }

    private static Optional<TransferWindow> window(Map<String, String> values) {
        String zone = TRANSFER_ZONE.text(values);
        int minutes = TRANSFER_MINUTES.number(values, 1, 1_440);
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw new IllegalArgumentException(TRANSFER_ZONE.rule("a time zone, as UTC or Europe/Berlin", zone));
        }
        String expression = TRANSFER_WINDOW.text(values);
        try {
            return expression.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new TransferWindow(Cron.of(expression), ZoneId.of(zone), Duration.ofMinutes(minutes)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(TRANSFER_WINDOW.name() + ": " + e.getMessage(), e);
        }
    }

    private static AlarmSettings alarm(Map<String, String> values) {
        var limits = new ArrayList<Limit>();
        for (Parameter parameter : Catalogue.standard().all()) {
            if (!parameter.isPanel()) {
                String text = limitKey(parameter).text(values);
                if (!text.equals("off")) {
                    limits.add(Limit.of(parameter, text));
                }
            }
        }
        return new AlarmSettings(
                limits,
                seconds(SENSOR_OFF, values),
                seconds(SILENT, values),
                seconds(LOST, values),
                seconds(LINK_DOWN, values),
                seconds(WITHDRAW, values),
                seconds(LATE, values));
    }

    private static SettingKey limitKey(Parameter parameter) {
        return new SettingKey(
                "alarm.limit." + parameter.key(),
                LIMITS.getOrDefault(parameter.key(), "off"),
                "Alarm limits of " + parameter.name() + ", or 'off'.");
    }

    private static Duration seconds(SettingKey key, Map<String, String> values) {
        return Duration.ofSeconds(key.number(values, 1, 86_400));
    }

    private static void refuseUnknown(Map<String, String> values) {
        List<String> known = keys().stream().map(SettingKey::name).toList();
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                String nearest = SettingKey.nearest(name, known);
                throw new IllegalArgumentException(
                        "unknown setting '" + name + "'; the nearest that there is: '" + nearest + "'");
            }
        }
    }
}
