package org.fieldward.installer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.installer.part.Chain;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.Ports;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.comparison.Comparison;
import org.fieldward.simulator.comparison.ComparisonResult;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.fieldward.simulator.fleet.Fleet;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Secret;

/** The whole product as processes, with a wire between gateway and core that can be cut. */
final class House {

    private final Path folder;
    final Optional<Chain> chain;
    final Core core;
    final LinkProxy wire;
    final Gateway gateway;

    /** @param started gets each part as soon as it runs; the caller closes them, last started first, whatever happens */
    House(Path folder, List<String> devices, Deque<AutoCloseable> started) throws IOException {
        this.folder = folder;
        Install install = new Install.OfThisProcess();
        Path root = Path.of(System.getProperty("fieldward.root"));
        Optional<Path> anvil = Chain.install(
                root.resolve("installer/chain"), root.resolve("installer/target/chain"), folder.resolve("npm.log"));
        chain = anvil.isPresent() ? Optional.of(Chain.start(anvil.get(), folder.resolve("chain"))) : Optional.empty();
        chain.ifPresent(started::push);
        var settings = new HashMap<>(Map.of("anchor.interval", "1s"));
        chain.ifPresent(one -> settings.putAll(Map.of(
                "chain.url",
                one.url(),
                "chain.id",
                Long.toString(Chain.ID),
                "chain.key-file",
                one.keyFile().toString(),
                "chain.deploy",
                "true",
                "chain.poll",
                "200ms",
                "chain.finality",
                "2")));
        core = Core.start(install, folder.resolve("core"), Ports.free(), settings);
        started.push(core);
        wire = new LinkProxy(core.intakePort());
        started.push(wire);
        gateway = Gateway.prepare(
                        install,
                        folder.resolve("gateway"),
                        wire.port(),
                        core.admit("ward-7"),
                        devices,
                        Map.of(
                                "clinic.port", "0",
                                "mllp.port", "0",
                                "core.retry-min-millis", "200",
                                "core.retry-max-seconds", "2",
                                "core.connect-timeout-seconds", "5",
                                "core.ack-timeout-seconds", "3"))
                .start();
        started.push(gateway);
    }

    /** Sends what the devices say, as evidence of that name; returns while they speak. */
    Run run(String evidence, Map<DeviceId, Iterator<Message>> feeds) throws IOException {
        Map<String, Secret> passwords = new HashMap<>();
        for (String line : Files.readAllLines(gateway.logins())) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2) {
                passwords.put(parts[0], new Secret(parts[1]));
            }
        }
        Path file = folder.resolve(evidence + ".ndjson");
        var settings = FleetSettings.usual(
                org.fieldward.simulator.fleet.Gateway.plain("127.0.0.1", gateway.mqttPort()),
                device -> Optional.ofNullable(passwords.get(device.name())));
        var run = new Run(file, Evidence.open(file, InstantSource.system()), settings);
        run.fleet.start(feeds);
        return run;
    }

    /** Devices that speak, and what they can prove. */
    final class Run implements AutoCloseable {
        private final Path file;
        private final Evidence evidence;
        final Fleet fleet;

        private Run(Path file, Evidence evidence, FleetSettings settings) {
            this.file = file;
            this.evidence = evidence;
            this.fleet = new Fleet(settings, evidence, System::nanoTime);
        }

        /** Lets the devices speak until that many messages were acknowledged. */
        void awaitAcknowledged(long messages) {
            long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
            while (fleet.progress().acked() < messages) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("only " + fleet.progress() + " after 90 s, waited for " + messages);
                }
                fleet.awaitDone(Duration.ofMillis(50));
            }
        }

        ComparisonResult compare(Duration limit) {
            try (var exported = new HttpCore(core.api().address(), Optional.empty())) {
                return Comparison.of(new EvidenceFile(file), exported).runUntilComplete(limit, System::nanoTime);
            }
        }

        @Override
        public void close() throws IOException {
            fleet.close();
            evidence.close();
        }
    }
}
