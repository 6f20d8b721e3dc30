package org.fieldward.installer.parcel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/** Lets the packed gateway run once, with readings and if there is one with a core, and keeps what its JVM learned. */
final class Training {

    static final List<String> DEVICES = List.of("load-00001", "load-00002");

    private static final Duration WRITING = Duration.ofMinutes(3);

    private Training() {}

    /** The packed gateway; the other parts are those of {@code others}. */
    private static final class Trained implements Install {
        private final Parcel parcel;
        private final Install others;
        private boolean learning;

        Trained(Parcel parcel, Install others) {
            this.parcel = parcel;
            this.others = others;
        }

        @Override
        public List<String> command(Part part, List<String> arguments) {
            if (part != Part.EDGE_AGENT) {
                return others.command(part, arguments);
            }
            var command = new ArrayList<String>();
            if (learning) {
                command.addAll(List.of("env", "FIELDWARD_CACHE_OUTPUT=" + parcel.cache()));
            }
            command.add(parcel.launcher().toString());
            command.addAll(arguments);
            return command;
        }
    }

    /**
     * Writes the cache into the parcel.
     *
     * @param core which the gateway is to carry readings to; without one the classes of the link are not in the cache
     */
    static void train(Parcel parcel, Install others, Path folder, Optional<Core> core) {
        var install = new Trained(parcel, others);
        // As it is by default, but for its number: the ward's page is open.
        Map<String, String> settings = Map.of("clinic.port", "0");
        try (Gateway gateway = core.map(one ->
                        Gateway.prepare(install, folder, one.intakePort(), one.admit("trainer"), DEVICES, settings))
                .orElseGet(() -> Gateway.alone(install, folder, DEVICES, settings))) {
            // Learnt from the second start on: the first one makes keys and files, and reads nothing.
            gateway.start();
            publish(others, gateway, folder);
            gateway.close();
            install.learning = true;
            gateway.start();
            publish(others, gateway, folder);
            // The cache is written when everything else has ended.
            gateway.process().stop(WRITING);
            if (!Files.exists(parcel.cache())) {
                throw new PartException(
                        "the gateway wrote no cache:\n" + gateway.process().lastLines(30));
            }
        }
    }

    static void publish(Install install, Gateway gateway, Path folder) {
        RunningPart.run(
                "device-simulator",
                install.command(
                        Part.DEVICE_SIMULATOR,
                        List.of(
                                "load",
                                "--connections",
                                Integer.toString(DEVICES.size()),
                                "--rate",
                                "20",
                                "--duration",
                                "2s",
                                "--warm-up",
                                "1s",
                                "--port",
                                Integer.toString(gateway.mqttPort()),
                                "--logins",
                                gateway.logins().toString())),
                folder.resolve("load.log"),
                Duration.ofMinutes(2));
    }
}
