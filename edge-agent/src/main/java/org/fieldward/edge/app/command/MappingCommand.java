package org.fieldward.edge.app.command;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
            description = "Read a mapping, and a payload with it. Exit code 2 if the payload is refused.",
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(paramLabel = "FILE", description = "The mapping, NAME.json.") Path file,
            @Option(names = "--payload", paramLabel = "FILE", description = "What a device sends.") @Nullable
                    Path payload) {
        var normaliser = new Normaliser(Catalogue.standard());
        Mapping mapping = Mappings.read(file, normaliser);
        System.out.println("mapping " + mapping.name() + ": ok, for devices/{device}/mapped/" + mapping.name()
                + mapping.topic().map(topic -> " and " + topic).orElse(""));
        if (payload == null) {
            return 0;
        }
        var mappings = new Mappings(List.of(mapping));
        var decoder = new Decoder(normaliser, format -> Optional.of(mapping.parser()));
        Optional<Format> format = mappings.format(ANY, List.of("devices", ANY.name(), "mapped", mapping.name()));
        var tick = new AtomicLong();
        Decoded decoded = decoder.decode(
                format.orElseThrow(),
                ANY,
                bytes(payload),
                () -> new Arrival(Instant.EPOCH, tick.getAndIncrement(), 0, ClockState.SYNCHRONISED));
        return switch (decoded) {
            case Decoded.Readings all -> {
                all.readings().forEach(reading -> System.out.println(line(reading)));
                System.out.println(all.readings().size() + " readings");
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
