package org.fieldward.installer.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Gateway;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.LinkProxy;
import org.fieldward.installer.part.Ports;
import org.fieldward.simulator.comparison.Comparison;
import org.fieldward.simulator.comparison.ComparisonResult;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.core.TimeSpan;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.fieldward.simulator.fleet.Fleet;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.fleet.Pace;
import org.fieldward.simulator.fleet.Ward;
import org.fieldward.simulator.patient.PatientPlan.Rhythm;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Half a year without a link, with processes whose wall clock is told to be half a year on. */
class HalfYearTest {

    private static final Duration AWAY = Duration.ofDays(180);
    private static final Duration SPOKEN = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofMinutes(1);
    private static final List<String> DEVICES = List.of("bed-01", "bed-02", "bed-03");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    @AfterEach
    void takeDown() throws Exception {
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }

    @Test
    void a_gateway_whose_certificate_expired_while_it_was_alone_renews_it_and_brings_everything() throws IOException {
        Path root = Path.of(System.getProperty("fieldward.root"));
        Optional<Mischief> made = Mischief.in(folder, root.resolve("installer/src/test/c/mischief.c"));
        assumeTrue(made.isPresent(), "there is no C compiler (cc), so no process can be told another time");
        Mischief mischief = made.orElseThrow();
        Install install = mischief.around(new Install.OfThisProcess());
        Core core = started(
                Core.start(install, folder.resolve("core"), Ports.free(), Map.of("intake.certificate-days", "120")));
        LinkProxy wire = started(new LinkProxy(core.intakePort()));
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (String device : DEVICES) {
            core.api().admit("p-" + device, Map.of("family", "Doe", "given", "Jo"));
            core.api().place(device, device);
            core.api().bind(device, "p-" + device, now.minus(AWAY));
        }
        Map<String, String> impatient = Map.of("core.retry-min-millis", "200", "core.retry-max-seconds", "2");
        Gateway gateway = Gateway.prepare(
                install, folder.resolve("gateway"), wire.port(), core.admit("clinic"), DEVICES, impatient);
        wire.become(LinkProxy.State.CUT);

        started(gateway.start());
        Path before = speak(gateway, "before", now.minus(SPOKEN));
        gateway.process().kill();
        core.process().kill();
        mischief.setClockOff(Part.EDGE_AGENT, AWAY);
        mischief.setClockOff(Part.CLOUD_CORE, AWAY);
        core.startAgain();
        gateway.start();
        Path after = speak(gateway, "after", now.plus(AWAY).minus(SPOKEN));
        wire.become(LinkProxy.State.OPEN);

        assertArrived(core, before, now.minus(SPOKEN));
        assertArrived(core, after, now.plus(AWAY).minus(SPOKEN));
        assertThat(Files.readString(gateway.folder().resolve("gateway.log")))
                .contains("the gateway's certificate was renewed");
        gateway.awaitStatus(
                status -> status.at("/buffer/backlog").isObject()
                        && status.at("/buffer/backlog").isEmpty(),
                SETTLE);
    }

    private Path speak(Gateway gateway, String name, Instant start) {
        Path file = folder.resolve(name + ".ndjson");
        var ward = new Ward(
                Ward.mixed(DEVICES.size()), "bed-", new Pace(start, 20), SPOKEN, Rhythm.USUAL, Misbehaviour.NONE, 1);
        var settings = FleetSettings.usual(
                org.fieldward.simulator.fleet.Gateway.plain("127.0.0.1", gateway.mqttPort()),
                device -> Optional.of(new Secret(gateway.password(device.name()))));
        try (var evidence = Evidence.open(file, InstantSource.system());
                var fleet = new Fleet(settings, evidence, System::nanoTime)) {
            fleet.start(ward.feeds(PayloadFormat.JSON));
            assertThat(fleet.awaitDone(SETTLE))
                    .as("the devices said everything")
                    .isTrue();
        }
        return file;
    }

    private static void assertArrived(Core core, Path evidence, Instant start) {
        try (var export = new HttpCore(core.api().address(), Optional.empty())) {
            var span = new TimeSpan(Optional.of(start), Optional.of(start.plus(SPOKEN)));
            ComparisonResult result = new Comparison(new EvidenceFile(evidence), export, span, 5)
                    .runUntilComplete(SETTLE, System::nanoTime);
            assertThat(result.findings()).isEmpty();
            assertThat(result.claims().acked()).isPositive();
            assertThat(result.isComplete()).isTrue();
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }
}
