package org.fieldward.edge.app.command;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.fieldward.edge.app.AgentException;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.Mapping;
import org.fieldward.edge.decode.mapping.Mappings;
import org.fieldward.edge.decode.mapping.OwnTopic;
import org.fieldward.edge.decode.medtech.Envelope;
import org.fieldward.edge.decode.medtech.MedtechFiles;
import org.fieldward.edge.decode.medtech.MedtechMapping;
import org.fieldward.edge.decode.medtech.Part;
import org.fieldward.edge.decode.medtech.lint.Finding;
import org.fieldward.edge.decode.medtech.lint.Lint;
import org.fieldward.edge.decode.medtech.lint.Mender;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries a mapping before a device meets it. Needs no settings and no running agent. */
@Command(
        name = "mapping",
        description = "Check a mapping of JSON payloads, and what it makes of one.",
        mixinStandardHelpOptions = true)
public final class MappingCommand {

    private static final DeviceId ANY = new DeviceId("device");

    @Command(
            name = "check",
            description =
                    "Read mappings and say what is wrong with them. Own mappings: also with a payload. Device and FHIR"
                            + " mapping files of a MedTech service: each, and how they fit. Exit code 2 if something is wrong.",
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "NAME.json, or mapping files of a service.")
                    List<Path> files,
            @Option(names = "--payload", paramLabel = "FILE", description = "What a device sends to an own mapping.")
                    @Nullable
                    Path payload,
            @Option(
                            names = "--mend",
                            description = "Write NAME.mended.json beside a service's file, and list the changes.")
                    boolean mend) {
        var theirs = new ArrayList<Part>();
        int worst = 0;
        for (Path file : files) {
            Part part = Part.read(file);
            if (Lint.isMedtech(part)) {
                theirs.add(part);
            } else {
                worst = Math.max(worst, checkOwn(file, Optional.ofNullable(payload)));
            }
        }
        return theirs.isEmpty() ? worst : Math.max(worst, checkTheirs(theirs, mend));
    }

    private static int checkOwn(Path file, Optional<Path> payload) {
        var normaliser = new Normaliser(Catalogue.standard());
        Mapping mapping = Mappings.read(file, normaliser);
        System.out.println("mapping " + mapping.name() + ": ok, for devices/{device}/mapped/" + mapping.name()
                + mapping.topic().map(topic -> " and " + topic).orElse(""));
        return payload.isEmpty() ? 0 : decoded(normaliser, mapping, ANY, payload.get());
    }

    private static int checkTheirs(List<Part> files, boolean mend) {
        List<Finding> findings = new Lint(new Normaliser(Catalogue.standard())).of(files);
        findings.forEach(System.out::println);
        long wrong = findings.stream()
                .filter(finding -> finding.weight() == Finding.Weight.WRONG)
                .count();
        long mendable =
                findings.stream().filter(finding -> !finding.mends().isEmpty()).count();
        System.out.println(wrong + " wrong, " + (findings.size() - wrong) + " doubtful, " + mendable
                + (mend ? " mended" : " can be mended with --mend"));
        if (mend) {
            for (Part file : files) {
                List<String> changes = Mender.mend(file, findings);
                if (!changes.isEmpty()) {
                    System.out.println(Mender.target(file.file()) + ":");
                    changes.forEach(System.out::println);
                }
            }
        }
        return wrong == 0 ? 0 : 2;
    }

    @Command(
            name = "try",
            description =
                    "What device and FHIR mapping files of a MedTech service make of a payload. Exit code 2 if it is"
                            + " refused.",
            mixinStandardHelpOptions = true)
    int attempt(
            @Parameters(paramLabel = "DEVICE", description = "The device mapping file.") Path device,
            @Parameters(paramLabel = "FHIR", description = "The FHIR mapping file.") Path fhir,
            @Parameters(paramLabel = "PAYLOAD", description = "What a device sends.") Path payload,
            @Option(
                            names = "--envelope",
                            paramLabel = "WORD",
                            defaultValue = "body",
                            description = "As decode.medtech.envelope: body, message or telemetry.")
                    String envelope,
            @Option(
                            names = "--login",
                            paramLabel = "NAME",
                            description = "Who sends it; without, no device id in the payload is looked at.")
                    @Nullable
                    String login) {
        var normaliser = new Normaliser(Catalogue.standard());
        MedtechMapping mapping = MedtechMapping.read(
                new MedtechFiles(
                        device,
                        fhir,
                        OwnTopic.of("devices/{device}/messages/events/#"),
                        Envelope.of(envelope)
                                .orElseThrow(() -> new AgentException(
                                        "--envelope must be body, message or telemetry, was '" + envelope + "'")),
                        login != null),
                normaliser);
        return decoded(normaliser, mapping, login == null ? ANY : new DeviceId(login), payload);
    }

    private static int decoded(Normaliser normaliser, Mapping mapping, DeviceId login, Path payload) {
        var decoder = new Decoder(normaliser, format -> Optional.of(mapping.parser()));
        var tick = new AtomicLong();
        Decoded decoded = decoder.decode(
                new Format.Mapped(mapping.name()),
                login,
                bytes(payload),
                () -> new Arrival(Instant.EPOCH, tick.getAndIncrement(), 0, ClockState.SYNCHRONISED));
        return switch (decoded) {
            case Decoded.Readings all -> {
                all.readings().forEach(reading -> System.out.println(line(reading)));
                System.out.println(all.readings().size() + " readings");
                all.rest()
                        .ifPresent(rest -> System.out.println(
                                "kept in quarantine as well: " + rest.reason() + ", " + rest.detail()));
                yield 0;
            }
            case Decoded.Refused refused -> {
                System.out.println("refused: " + refused.reason() + ", " + refused.detail());
                yield 2;
            }
        };
    }

    private static String line(Reading reading) {
        String time = reading.stamp().deviceTime().map(Instant::toString).orElse("no time of its own");
        return reading.values().stream().map(MappingCommand::shown).collect(Collectors.joining(", ", time + ": ", ""));
    }

    private static String shown(Value value) {
        return value.parameter().key() + " "
                + switch (value) {
                    case Value.Quantity quantity ->
                        quantity.number().toPlainString() + " "
                                + quantity.unit().ucum();
                    case Value.Absent absent -> "absent (" + absent.reason().code() + ")";
                };
    }

    private static ByteString bytes(Path file) {
        try {
            return ByteString.copyFrom(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new AgentException("could not read the payload " + file, e);
        }
    }
}
