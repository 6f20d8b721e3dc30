package org.fieldward.simulator.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Gateway;
import org.fieldward.simulator.fleet.Logins;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.sample.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the gateway is and how to talk to it; shared by the commands that publish. */
final class GatewayOptions {

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "The gateway. Default: ${DEFAULT-VALUE}")
    private String host = "";

    @Option(names = "--port", defaultValue = "1883", description = "Its MQTT port. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--ca", description = "PEM file of the authority that signed the gateway; turns TLS on.")
    private @Nullable Path authority;

    @Option(
            names = "--logins",
            description = "File of lines 'device:password'. Without it, FIELDWARD_DEVICE_PASSWORD is every device's"
                    + " password, and without that devices log in with their name alone.")
    private @Nullable Path logins;

    @Option(names = "--format", defaultValue = "json", description = "json, senml or protobuf. Default: json")
    private PayloadFormat format = PayloadFormat.JSON;

    @Option(names = "--qos", defaultValue = "1", description = "0, 1 or 2. Default: ${DEFAULT-VALUE}")
    private int qos;

    @Option(
            names = "--window",
            defaultValue = "20",
            description = "Publishes a device may have unacknowledged. Default: ${DEFAULT-VALUE}")
    private int window;

    @Option(
            names = "--patience",
            defaultValue = "20s",
            description = "Without an answer for so long, a connection is dead. Default: ${DEFAULT-VALUE}")
    private Duration patience = Duration.ofSeconds(20);

    @Option(
            names = "--retry-min",
            defaultValue = "200ms",
            description = "First bound of the wait before connecting again. Default: ${DEFAULT-VALUE}")
    private Duration retryMin = Duration.ofMillis(200);

    @Option(names = "--retry-max", defaultValue = "5s", description = "Its last bound. Default: ${DEFAULT-VALUE}")
    private Duration retryMax = Duration.ofSeconds(5);

    FleetSettings settings(long seed) {
        return new FleetSettings(
                gateway(), logins(), format, qos, window, patience, new FleetSettings.Retry(retryMin, retryMax, seed));
    }

    int window() {
        return window;
    }

    Gateway gateway() {
        return new Gateway(host, port, Optional.ofNullable(authority));
    }

    Logins logins() {
        return logins != null
                ? fromFile(logins)
                : Optional.ofNullable(System.getenv("FIELDWARD_DEVICE_PASSWORD"))
                        .filter(password -> !password.isEmpty())
                        .map(password -> Logins.shared(new Secret(password)))
                        .orElseGet(Logins::none);
    }

    private static Logins fromFile(Path file) {
        Map<DeviceId, Secret> passwords = new HashMap<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                int colon = line.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException(
                            "logins " + file + " line " + number + " must be 'device:password'");
                }
                passwords.put(new DeviceId(line.substring(0, colon)), new Secret(line.substring(colon + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read the logins " + file, e);
        }
        return device -> Optional.ofNullable(passwords.get(device));
    }
}
