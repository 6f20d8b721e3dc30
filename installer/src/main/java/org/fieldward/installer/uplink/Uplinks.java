package org.fieldward.installer.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fieldward.installer.part.Core;
import org.fieldward.installer.part.Core.Admission;
import org.fieldward.installer.part.Install;
import org.fieldward.installer.part.Install.Part;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/**
 * Simulated gateways that a core has admitted, each device of which has a patient.
 *
 * @param names of the gateways; their devices are named as {@code device-simulator gateways} does
 * @param devices behind each
 * @param batch readings that go together, at most
 * @param folder for logs and results
 */
public record Uplinks(Install install, Core core, Path folder, List<String> names, int devices, int batch) {

    private static final Duration LONGEST = Duration.ofHours(6);
    private static final ObjectMapper JSON = new ObjectMapper();

    public Uplinks {
        names = List.copyOf(names);
    }

    /** Their devices and patients become known to the core; returns the devices' names. */
    public List<String> settle() {
        List<String> all = names.stream()
                .flatMap(
                        name -> IntStream.rangeClosed(1, devices).mapToObj(number -> "%s-%03d".formatted(name, number)))
                .toList();
        core.api().occupy(all);
        return all;
    }

    /**
     * Enrols them and lets them speak until they are through; they are new to the core.
     *
     * @param how further options of {@code device-simulator gateways}
     * @return what it measured; core and PostgreSQL are among the processes
     */
    public JsonNode speak(String title, List<String> how) {
        List<Admission> admissions = core.admit(names);
        Path result = folder.resolve(title + ".json");
        var arguments = new ArrayList<>(List.of(
                "gateways",
                "--admissions",
                write(admissions, title).toString(),
                "--authority",
                admissions.getFirst().authority(),
                "--port",
                Integer.toString(core.intakePort()),
                "--devices",
                Integer.toString(devices),
                "--batch",
                Integer.toString(batch),
                "--pid",
                "core=" + core.process().pid(),
                "--pid",
                "postgres=" + core.database(),
                "--json",
                result.toString()));
        arguments.addAll(how);
        RunningPart.run(
                "device-simulator",
                install.command(Part.DEVICE_SIMULATOR, arguments),
                folder.resolve(title + ".log"),
                LONGEST);
        try {
            return JSON.readTree(Files.readString(result)).path("uplink");
        } catch (IOException e) {
            throw new PartException("could not read " + result, e);
        }
    }

    /**
     * How a core catches up: confirmed is what its journal has, stored is what can be found.
     *
     * @param bytes of a reading on the link, without what TLS, HTTP/2 and TCP add
     * @param turnedAway how often the core had no room for one of the gateways, which then came back later
     * @param used by core and PostgreSQL until everything was stored
     */
    public record CatchUp(
            long readings,
            double confirmedPerSecond,
            double storedPerSecond,
            double bytes,
            long turnedAway,
            Cpu used) {}

    /**
     * Each gateway brings so many readings as fast as they are confirmed. Nothing else may be on its way to the core.
     *
     * @param start device time of the first
     */
    public CatchUp catchUp(String title, long perGateway, Instant start) {
        long readings = perGateway * names.size();
        long wanted = stored() + readings;
        Cpu before = Cpu.of(core);
        JsonNode spoken = speak(
                title,
                List.of(
                        "--readings",
                        Long.toString(perGateway),
                        "--start",
                        start.toString(),
                        "--warm-up",
                        "0s",
                        "--duration",
                        LONGEST.toSeconds() + "s"));
        long confirmedAt = System.nanoTime();
        core.api().await("api/v1/anchor", anchor -> anchor.path("log_size").asLong() >= wanted, LONGEST);
        Cpu used = Cpu.of(core).since(before);
        if (spoken.path("quarantined").asLong() > 0) {
            throw new PartException("the core set aside " + spoken.path("quarantined") + " readings");
        }
        double confirming = spoken.path("setting").path("seconds").asDouble();
        double storing = confirming + (System.nanoTime() - confirmedAt) / 1e9;
        double bytes = spoken.path("bytes").asDouble() / spoken.path("acked").asDouble();
        return new CatchUp(readings, readings / confirming, readings / storing, bytes, turnedAway(spoken), used);
    }

    /** How often the core had no room for one of the gateways, in what {@link #speak} returned. */
    public static long turnedAway(JsonNode spoken) {
        return spoken.path("turnedAway").asLong();
    }

    private long stored() {
        return core.api().get("api/v1/anchor").path("log_size").asLong();
    }

    private Path write(List<Admission> admissions, String title) {
        Path file = folder.resolve(title + ".admissions");
        try {
            Files.createDirectories(folder);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(
                    file,
                    admissions.stream()
                            .map(one -> one.gateway() + ":" + one.token() + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new PartException("could not write " + file, e);
        }
    }

    /** Of a process, in what {@link #speak} returned. */
    public static double used(JsonNode result, String process, String what) {
        for (JsonNode one : result.path("processes")) {
            if (one.path("name").asText().equals(process)) {
                return one.path(what).asDouble();
            }
        }
        return Double.NaN;
    }
}
