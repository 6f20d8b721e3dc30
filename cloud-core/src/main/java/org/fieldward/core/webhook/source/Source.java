package org.fieldward.core.webhook.source;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A system that may send.
 *
 * @param facilities for which it may speak; {@code *}: any
 * @param proofs what a request must show, every one of them
 * @param format of its messages
 * @param mapping of JSON that is not FHIR
 * @param perMinute messages
 * @param zone of times that name none; empty: the facility's
 * @param systems addresses of its systems of identifiers
 * @param sender MSH-3, or MSH-3^MSH-4, by which it is known over MLLP; empty: not at all
 * @param addresses from which it may send over MLLP without a certificate
 */
public record Source(
        String name,
        Set<String> facilities,
        List<Proof> proofs,
        Format format,
        Optional<Path> mapping,
        int perMinute,
        Optional<ZoneId> zone,
        Map<String, String> systems,
        Optional<String> sender,
        Set<String> addresses) {

    /** What a message is written in. */
    public enum Format {
        FHIR,
        HL7V2,
        JSON
    }

    public Source {
        facilities = Set.copyOf(facilities);
        proofs = List.copyOf(proofs);
        systems = Map.copyOf(systems);
        addresses = Set.copyOf(addresses);
    }

    public boolean speaksFor(String facility) {
        return facilities.contains("*") || facilities.contains(facility);
    }
}
