package org.fieldward.core.alert;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Something that people may have to be told.
 *
 * @param subject what it is: {@code gateway/alarm}, or a resource such as {@code Observation/17}
 * @param likeness what is the same to people, without the rule: a second alarm of the same kind at the same device
 * @param gateway that raised it; empty where it is of a resource
 * @param place the bed, or the device's name where it stands at none; empty where it is of a resource
 * @param kind of an alarm, such as {@code limit-high}; the type of a resource
 * @param parameter of an alarm, such as {@code spo2}
 * @param facilities that made the resource
 */
public record Sign(
        String subject,
        String likeness,
        String gateway,
        String place,
        String kind,
        Optional<String> parameter,
        String priority,
        Instant raisedAt,
        Set<String> facilities) {

    public Sign {
        facilities = Set.copyOf(facilities);
    }

    /** A few words without anything about the patient. */
    String what() {
        return kind + parameter.map(name -> " " + name).orElse("");
    }
}
