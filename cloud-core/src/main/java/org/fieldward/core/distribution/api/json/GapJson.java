package org.fieldward.core.distribution.api.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.api.answer.ApiException;
import org.fieldward.core.distribution.live.Lines;
import org.fieldward.core.distribution.rest.ProofFiles;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;

/** Gaps as JSON, and how they are asked for. */
public final class GapJson {

    private GapJson() {}

    /** @param parameter its value, or null where it was not given */
    public static Gaps.Query query(UnaryOperator<String> parameter) {
        return new Gaps.Query(
                given("device", parameter).map(RegistryJson::deviceId),
                given("from", parameter).map(text -> time("from", text)),
                given("to", parameter).map(text -> time("to", text)),
                given("after", parameter)
                        .map(text -> number("after", text, Long.MAX_VALUE))
                        .orElse(0L),
                given("limit", parameter)
                        .map(text -> (int) number("limit", text, 1000))
                        .orElse(100));
    }

    private static Optional<String> given(String name, UnaryOperator<String> parameter) {
        return Optional.ofNullable(parameter.apply(name));
    }

    private static Instant time(String field, String text) {
        try {
            Instant time = Instant.parse(text);
            // Beyond this it cannot be counted in microseconds.
            var unused = Math.multiplyExact(time.getEpochSecond(), 1_000_000L);
            return time;
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new ApiException(400, field + " must be a time such as 2026-03-01T08:15:30Z");
        }
    }

    private static long number(String field, String text, long max) {
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ApiException(400, field + " must be a number");
        }
        throw new ApiException(400, field + " must be 1 to " + max);
    }

    public static ArrayNode list(List<Gaps.Stored> gaps) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Gaps.Stored gap : gaps) {
            StoredGap record = gap.record();
            ObjectNode json = array.addObject();
            json.put("number", gap.number());
            json.put("device", record.getDevice());
            json.put("gateway", record.getGateway());
            json.put("lane", word(Lane.of(record.getLaneValue())));
            json.put("reason", word(Gap.Reason.of(record.getReason())));
            json.put("count", record.getCount());
            json.put("from", Lines.time(Micros.instant(record.getFromMicros())));
            json.put("to", Lines.time(Micros.instant(record.getToMicros())));
            json.put("told", Lines.time(Micros.instant(record.getReceivedMicros())));
        }
        return array;
    }

    /** Empty while no checkpoint covers it. */
    public static Optional<JsonNode> proof(Gaps.Stored gap, ProofFiles proofs) {
        return proofs.proof(gap.commitmentBatch(), gap.commitmentPosition(), gap.bytes(), gap.salt())
                .map(GapJson::json);
    }

    private static JsonNode json(String proof) {
        try {
            return Answers.JSON.readTree(proof);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a proof is JSON", e);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
