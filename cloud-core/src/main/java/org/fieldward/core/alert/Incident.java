package org.fieldward.core.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * Something people are told of until they answer or it is over.
 *
 * @param seen how often the same came
 * @param level the highest that was told, from 1
 */
public record Incident(
        long number,
        String rule,
        String gateway,
        String place,
        String what,
        String priority,
        Instant raisedAt,
        int seen,
        int level,
        Optional<Instant> acknowledgedAt,
        Optional<String> acknowledgedBy,
        Optional<Instant> closedAt) {}
