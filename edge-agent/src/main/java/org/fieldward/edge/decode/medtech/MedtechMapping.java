package org.fieldward.edge.decode.medtech;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoded;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Draft;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.Written;
import org.fieldward.edge.decode.mapping.Mapping;
import org.fieldward.edge.decode.mapping.MappingException;
import org.fieldward.edge.decode.mapping.OwnTopic;
import org.fieldward.edge.decode.mapping.PayloadTree;
import org.fieldward.edge.decode.medtech.ContentTemplate.Measurement;
import org.fieldward.edge.decode.medtech.Slot.Meaning;
import org.fieldward.edge.decode.medtech.expression.Budget;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;

/** A device and a FHIR mapping file together. Immutable. */
public final class MedtechMapping implements Mapping {

    public static final String NAME = "medtech";

    private static final int MAX_FAULTS = 10;

    private final MedtechFiles files;
    private final DeviceMapping device;
    private final FhirMapping fhir;
    private final Map<String, FhirMapping.Template> byType;
    private final Normaliser normaliser;
    private final boolean asksForArrival;

    private MedtechMapping(MedtechFiles files, DeviceMapping device, FhirMapping fhir, Normaliser normaliser) {
        this.files = files;
        this.device = device;
        this.fhir = fhir;
        this.normaliser = normaliser;
        byType = fhir.byType();
        asksForArrival = device.templates().stream()
                .flatMap(template -> Stream.concat(
                        template.times().stream(),
                        template.values().stream().map(ContentTemplate.ValueRule::expression)))
                .anyMatch(
                        expression -> expression.text().toLowerCase(Locale.ROOT).contains("enqueued"));
    }

    /** @throws MappingException that says what has to be put right, all of it as far as it is seen at once */
    public static MedtechMapping read(MedtechFiles files, Normaliser normaliser) {
        DeviceMapping device = DeviceMapping.read(Part.read(files.device()));
        FhirMapping fhir = FhirMapping.read(Part.read(files.fhir()), normaliser);
        List<MappingException> faults =
                Stream.concat(device.faults().stream(), fhir.faults().stream()).toList();
        if (!faults.isEmpty()) {
            throw new MappingException(
                    faults.stream()
                            .limit(MAX_FAULTS)
                            .map(MappingException::getMessage)
                            .collect(Collectors.joining("\n")),
                    faults.getFirst());
        }
        return new MedtechMapping(files, device, fhir, normaliser);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<OwnTopic> topic() {
        return Optional.of(files.topic());
    }

    /** What the files name and nobody here can use; for the log, at the start. */
    public List<String> unusable() {
        Set<String> said = new LinkedHashSet<>();
        for (ContentTemplate template : device.templates()) {
            fhir.of(template.typeName())
                    .ifPresentOrElse(
                            found -> found.slots().forEach(slot -> {
                                if (slot.meaning() instanceof Meaning.Unusable unusable) {
                                    said.add(slot.value().place() + ": " + unusable.why());
                                }
                            }),
                            () -> said.add(template.part().place() + ": " + without(template.typeName())));
        }
        return List.copyOf(said);
    }

    private static String without(String typeName) {
        return "the FHIR mapping has no template for the type " + Fault.echo(typeName);
    }

    @Override
    public Decoder.Parser parser() {
        return parser("");
    }

    @Override
    public Decoder.Parser parser(String properties) {
        return new Decoder.Parser() {
            @Override
            public List<Reading> parse(DeviceId login, byte[] payload, Supplier<Arrival> arrivals) {
                return read(login, payload, arrivals).readings();
            }

            @Override
            public Decoded.Readings read(DeviceId login, byte[] payload, Supplier<Arrival> arrivals) {
                return MedtechMapping.this.read(login, payload, properties, arrivals);
            }
        };
    }

    private Decoded.Readings read(DeviceId login, byte[] payload, String properties, Supplier<Arrival> arrivals) {
        JsonNode tree = PayloadTree.read(payload);
        Optional<JsonNode> arrival = asksForArrival
                ? Optional.of(TextNode.valueOf(arrivals.get().receivedAt().toString()))
                : Optional.empty();
        ObjectNode message = files.envelope().message(tree, login, properties, arrival);
        var budget = new Budget();
        var gathered = new Gathered();
        boolean matched = false;
        for (ContentTemplate template : device.templates()) {
            for (Measurement one : template.measurements(message, login.name(), files.strict(), budget)) {
                matched = true;
                gathered.add(one, time(one, arrival));
            }
        }
        if (!matched) {
            throw Fault.missing("no template of the device mapping matches the message");
        }
        return gathered.finish(login, arrivals);
    }

    /** The hub's own time is no time of the device: the reading then has its arrival, as every other. */
    private static Optional<Instant> time(Measurement measurement, Optional<JsonNode> arrival) {
        return measurement
                .time()
                .filter(node -> arrival.isEmpty() || arrival.get() != node)
                .map(node -> Moment.of(measurement.typeName() + ": the time", node));
    }

    /** What the templates found in one message: values of one instant are one reading. */
    private final class Gathered {
        private final Map<Optional<Instant>, List<Open>> byTime = new LinkedHashMap<>();
        private final Map<String, RejectReason> rest = new LinkedHashMap<>();
        private int readings;

        void add(Measurement measurement, Optional<Instant> time) {
            FhirMapping.Template template = byType.get(measurement.typeName().toLowerCase(Locale.ROOT));
            if (template == null) {
                rest.putIfAbsent(without(measurement.typeName()), RejectReason.UNKNOWN_CODE);
                return;
            }
            for (ContentTemplate.Named named : measurement.values()) {
                for (Slot slot : template.slots()) {
                    if (slot.name().equals(named.name())) {
                        add(measurement, slot, named.value(), time);
                    }
                }
            }
        }

        private void add(Measurement measurement, Slot slot, JsonNode node, Optional<Instant> time) {
            switch (slot.meaning()) {
                case Meaning.Unusable unusable -> rest.putIfAbsent(unusable.why(), unusable.reason());
                case Meaning.Measured measured -> {
                    Value value = value(measurement.typeName() + "." + slot.name(), measured, node);
                    open(time, value.parameter()).add(value);
                }
            }
        }

        /** A parameter that comes again at the same instant is in a reading of its own: the centre decides. */
        private Open open(Optional<Instant> time, Parameter parameter) {
            List<Open> at = byTime.computeIfAbsent(time, fresh -> new ArrayList<>(1));
            for (Open open : at) {
                if (open.parameters.add(parameter)) {
                    return open;
                }
            }
            Decoder.checkCount(readings++);
            var fresh = new Open(new Draft(), new LinkedHashSet<>());
            time.ifPresent(fresh.draft::measuredAt);
            fresh.parameters.add(parameter);
            at.add(fresh);
            return fresh;
        }

        Decoded.Readings finish(DeviceId login, Supplier<Arrival> arrivals) {
            Optional<Decoded.Refused> refused = rest.values().stream()
                    .findFirst()
                    .map(reason -> new Fault(reason, String.join("; ", rest.keySet())))
                    .map(fault -> new Decoded.Refused(fault.reason(), fault.detail()));
            if (readings == 0) {
                throw refused.map(one -> new Fault(one.reason(), one.detail()))
                        .orElseGet(() -> Fault.missing("the message holds none of the values that the mapping names"));
            }
            return new Decoded.Readings(
                    byTime.values().stream()
                            .flatMap(List::stream)
                            .map(open -> open.draft.finish(login, arrivals.get()))
                            .toList(),
                    List.of(),
                    Optional.empty(),
                    refused);
        }
    }

    private record Open(Draft draft, Set<Parameter> parameters) {
        void add(Value value) {
            draft.add(value);
        }
    }

    private Value value(String place, Meaning.Measured measured, JsonNode node) {
        if (node.isContainerNode() || node.isBoolean()) {
            throw Fault.invalid(
                    place + " must be a number, was " + (node.isBoolean() ? "true or false" : "a structure"));
        }
        String written = node.asText().strip();
        Optional<AbsentReason> notFinite = Normaliser.notFinite(written);
        if (notFinite.isPresent()) {
            return normaliser.absent(measured.code(), notFinite.get());
        }
        BigDecimal number = Written.decimal(place, written);
        if (measured.factor().compareTo(BigDecimal.ONE) != 0) {
            number = Written.decimal(
                    place,
                    number.multiply(measured.factor())
                            .round(MathContext.DECIMAL64)
                            .toString());
        }
        return normaliser.number(measured.code(), number, measured.ucum());
    }
}
