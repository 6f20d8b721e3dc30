package org.fieldward.core.distribution.rest.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
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
 */
public record Answer(
        int status,
        Optional<Resource> resource,
        Optional<Stamp> stamp,
        Optional<OperationOutcome> outcome,
        Map<String, String> headers,
        Optional<Content> content) {

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
    }

    public static Answer of(int status, Resource resource) {
        return new Answer(
                status, Optional.of(resource), Optional.empty(), Optional.empty(), Map.of(), Optional.empty());
    }

    public static Answer of(int status, Version version, Resource resource) {
        return new Answer(
                status,
                Optional.of(resource),
                Optional.of(Stamp.of(version)),
                Optional.empty(),
                Map.of(),
                Optional.empty());
    }

    public static Answer empty(int status, Optional<Stamp> stamp) {
        return new Answer(status, Optional.empty(), stamp, Optional.empty(), Map.of(), Optional.empty());
    }

    public Answer with(Map<String, String> others) {
        return new Answer(status, resource, stamp, outcome, others, content);
    }

    public static Answer of(int status, Content content) {
        return new Answer(status, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), Optional.of(content));
    }
}
