package org.fieldward.core.distribution.rest.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/**
 * What is answered.
 *
 * @param stamp of which version it tells; empty where it is of no one resource
 * @param outcome remarks, for callers who prefer them to the resource
 * @param headers further ones
 * @param content instead of a resource
 * @param patients whose data it holds, for the audit
 * @param parts what the requests of a Bundle were, for the audit
 */
public record Answer(
        int status,
        Optional<Resource> resource,
        Optional<Stamp> stamp,
        Optional<OperationOutcome> outcome,
        Map<String, String> headers,
        Optional<Content> content,
        Set<String> patients,
        List<Entry.Part> parts) {

    /** A body that is no resource. */
    public interface Content {

        /** Media type. */
        String type();

        void write(OutputStream out) throws IOException;
    }

    /** Names a version. */
    public record Stamp(Key key, long version, Instant updatedAt) {

        public static Stamp of(Version version) {
            return new Stamp(version.key(), version.version(), version.updatedAt());
        }

        public String etag() {
            return "W/\"" + version + "\"";
        }

        /** Relative to the base. */
        public String location() {
            return key + "/_history/" + version;
        }
    }

    public Answer {
        headers = Map.copyOf(headers);
        patients = Set.copyOf(patients);
        parts = List.copyOf(parts);
    }

    private Answer(int status, Optional<Resource> resource, Optional<Stamp> stamp, Optional<Content> content) {
        this(status, resource, stamp, Optional.empty(), Map.of(), content, Set.of(), List.of());
    }

    public static Answer of(int status, Resource resource) {
        return new Answer(status, Optional.of(resource), Optional.empty(), Optional.empty());
    }

    public static Answer of(int status, Version version, Resource resource) {
        return new Answer(status, Optional.of(resource), Optional.of(Stamp.of(version)), Optional.empty())
                .about(version.patients());
    }

    public static Answer of(int status, Content content) {
        return new Answer(status, Optional.empty(), Optional.empty(), Optional.of(content));
    }

    public static Answer empty(int status, Optional<Stamp> stamp) {
        return new Answer(status, Optional.empty(), stamp, Optional.empty());
    }

    /** Of something that was deleted, or that the caller has already. */
    public static Answer empty(int status, Version version) {
        return empty(status, Optional.of(Stamp.of(version))).about(version.patients());
    }

    public Answer with(Map<String, String> others) {
        return new Answer(status, resource, stamp, outcome, others, content, patients, parts);
    }

    public Answer remarking(OperationOutcome remarks) {
        return new Answer(status, resource, stamp, Optional.of(remarks), headers, content, patients, parts);
    }

    public Answer about(Collection<String> others) {
        return new Answer(status, resource, stamp, outcome, headers, content, Set.copyOf(others), parts);
    }

    public Answer holding(List<Entry.Part> several) {
        return new Answer(status, resource, stamp, outcome, headers, content, patients, several);
    }

    /** Of those whose compartments these are in. */
    public Answer showing(List<Version> versions) {
        return about(versions.stream()
                .flatMap(version -> version.patients().stream())
                .collect(Collectors.toSet()));
    }
}
