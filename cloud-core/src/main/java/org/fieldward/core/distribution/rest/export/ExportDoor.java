package org.fieldward.core.distribution.rest.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.series.Measured;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/** What is asked about exports over HTTP. */
public final class ExportDoor {

    private static final Set<String> KNOWN = Set.of("_type", "_since", "_outputFormat");
    private static final Set<String> FORMATS = Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");

    private final Exports exports;
    private final Extract extract;
    private final List<String> types;
    private final Chart chart;
    private final InstantSource clock;

    /** @param types that can be exported */
    public ExportDoor(
            Exports exports, Chart chart, Bodies bodies, Measured measured, List<String> types, InstantSource clock) {
        this.exports = exports;
        this.extract = new Extract(chart, bodies, measured);
        this.types = List.copyOf(types);
        this.chart = chart;
        this.clock = clock;
        exports.resume(extract);
    }

    /** {@code $export}, and what became of one: {@code $export/ID} and {@code $export/ID/TYPE.ndjson}. */
    public Answer system(Call call) {
        if (call.target().id().isEmpty()) {
            return start(call, Job.Kind.SYSTEM, "");
        }
        String[] part = call.target().id().get().split("/");
        Job job = exports.find(part[0])
                // Whose it is not, for them it is not there.
                .filter(found -> found.subject().equals(call.caller().subject()))
                .orElseThrow(() -> Refusal.missing("there is no such export"));
        if (part.length == 2 && call.method().equals("GET") && part[1].endsWith(".ndjson")) {
            return file(job, part[1].substring(0, part[1].length() - ".ndjson".length()));
        }
        if (part.length != 1) {
            throw Refusal.missing("there is no such file");
        }
        return switch (call.method()) {
            case "DELETE" -> {
                exports.remove(job);
                yield Answer.empty(202, Optional.empty());
            }
            case "GET", "HEAD" -> status(call, job);
            default -> throw Refusal.notAllowed("method", "an export is asked about with GET, and ended with DELETE");
        };
    }

    public Answer patients(Call call) {
        return start(call, Job.Kind.PATIENT, "");
    }

    public Answer group(Call call) {
        String group = call.target()
                .key()
                .flatMap(key -> chart.read(key, call.sight()))
                .filter(version -> !version.isDeleted())
                .map(version -> version.key().id())
                .orElseThrow(() -> Refusal.missing("there is no such Group"));
        return start(call, Job.Kind.GROUP, group);
    }

    private Answer start(Call call, Job.Kind kind, String group) {
        if (!call.method().equals("GET")) {
            throw Refusal.notAllowed("method", "an export is asked for with GET");
        }
        if (call.preference("respond-async").isEmpty()) {
            throw Refusal.bad("http.Prefer", "must be respond-async");
        }
        boolean lenient = call.preference("handling").filter("lenient"::equals).isPresent();
        for (String name : call.parameters().keySet()) {
            if (!KNOWN.contains(name) && !name.equals("_format") && !lenient) {
                throw Refusal.bad("http." + name, name + ": is not a parameter of an export here");
            }
        }
        if (call.parameter("_outputFormat")
                .filter(format -> !FORMATS.contains(format))
                .isPresent()) {
            throw Refusal.bad("http._outputFormat", "_outputFormat: must be application/fhir+ndjson");
        }
        Optional<Instant> since = since(call);
        List<String> wanted = types(call);
        Job job = exports.start(
                        call.caller().subject(),
                        (id, home) -> new Job(
                                id,
                                home,
                                call.caller().subject(),
                                call.sight(),
                                kind,
                                group,
                                wanted,
                                since,
                                url(call, kind, group),
                                clock.instant(),
                                Job.State.RUNNING,
                                Optional.empty()),
                        extract)
                .orElseThrow(() -> Refusal.of(
                        429, IssueType.THROTTLED, "http.caller", "has exports under way: wait for one, or delete it"));
        return Answer.empty(202, Optional.empty())
                .with(Map.of("Content-Location", call.base() + "/$export/" + job.id()));
    }

    private static String url(Call call, Job.Kind kind, String group) {
        String path = switch (kind) {
            case SYSTEM -> "";
            case PATIENT -> "/Patient";
            case GROUP -> "/Group/" + group;
        };
        return call.base() + path + "/$export";
    }

    /** Those that were asked for, or all; without what the caller may not read. */
    private List<String> types(Call call) {
        var named = new ArrayList<String>();
        call.parameters().getOrDefault("_type", List.of()).forEach(value -> named.addAll(List.of(value.split(","))));
        for (String type : named) {
            if (!types.contains(type)) {
                throw Refusal.bad("http._type", "_type: names a type that is not served here");
            }
        }
        return types.stream()
                .filter(type -> named.isEmpty() || named.contains(type))
                .filter(type -> Access.may(call.caller(), Interaction.SEARCH, type))
                .toList();
    }

    private static Optional<Instant> since(Call call) {
        try {
            return call.parameter("_since")
                    .map(text -> new InstantType(text).getValue().toInstant());
        } catch (RuntimeException notAnInstant) {
            throw Refusal.bad("http._since", "_since: must be an instant such as 2026-01-31T08:00:00Z");
        }
    }

    private Answer status(Call call, Job job) {
        List<Job.File> files = exports.files(job);
        return switch (job.state()) {
            case RUNNING ->
                Answer.empty(202, Optional.empty())
                        .with(Map.of(
                                "X-Progress",
                                files.size() + " of " + job.types().size() + " types",
                                "Retry-After",
                                "1"));
            case FAILED ->
                throw Refusal.of(500, IssueType.EXCEPTION, "http.path", "the export failed: ask for it again");
            case DONE ->
                Answer.of(200, new Text(manifest(call, job, files).toString()))
                        .with(Map.of(
                                "Expires",
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(job.finishedAt()
                                        .orElse(job.startedAt())
                                        .plus(Exports.KEPT)
                                        .atOffset(ZoneOffset.UTC))));
        };
    }

    private static ObjectNode manifest(Call call, Job job, List<Job.File> files) {
        ObjectNode manifest = JsonNodeFactory.instance.objectNode();
        manifest.put("transactionTime", job.startedAt().toString());
        manifest.put("request", job.url());
        manifest.put("requiresAccessToken", true);
        ArrayNode output = manifest.putArray("output");
        for (Job.File file : files) {
            if (file.resources() > 0) {
                output.addObject()
                        .put("type", file.type())
                        .put("url", call.base() + "/$export/" + job.id() + "/" + file.type() + ".ndjson")
                        .put("count", file.resources());
            }
        }
        manifest.putArray("error");
        return manifest;
    }

    private Answer file(Job job, String type) {
        Path path = exports.file(job, type).orElseThrow(() -> Refusal.missing("there is no such file"));
        return Answer.of(200, new Lines(path));
    }

    private record Text(String text) implements Answer.Content {

        @Override
        public String type() {
            return "application/json";
        }

        @Override
        public void write(OutputStream out) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private record Lines(Path path) implements Answer.Content {

        @Override
        public String type() {
            return "application/fhir+ndjson";
        }

        @Override
        public void write(OutputStream out) throws IOException {
            Files.copy(path, out);
        }
    }
}
