package org.fieldward.core.completeness;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.fieldward.core.ledger.Checkpoint;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.LedgerException;
import org.fieldward.core.ledger.NoteKey;
import org.fieldward.core.ledger.SignedNote;
import org.fieldward.core.ledger.Statement;

/** A report as a statement that the log's key signs, and the check of one from anywhere. */
public final class SignedReport {

    static final String KIND = "fieldward-completeness/v1";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What the check found. */
    public sealed interface Result {
        record Accepted(JsonNode report) implements Result {}

        /** The first step that failed, and why. */
        record Refused(Step step, String reason) implements Result {}
    }

    /** In the order they are taken. */
    public enum Step {
        SIGNATURE,
        FORMAT,
        CHECKPOINT,
        COUNTS
    }

    private SignedReport() {}

    static Statement statement(Report report) {
        return new Statement(KIND, Canonical.text(ReportJson.write(report)));
    }

    /** Needs nothing but the log's public key. It shows who said this and that it was not changed, not that it is true. */
    public static Result check(String text, NoteKey key) {
        Step step = Step.SIGNATURE;
        try {
            Statement statement = new SignedNote(text).statement(key);
            step = Step.FORMAT;
            require(statement.kind().equals(KIND), "the first line must be " + KIND);
            JsonNode report = MAPPER.readTree(statement.body());
            require(Canonical.text(report).equals(statement.body()), "the JSON must be in its one spelling");
            step = Step.CHECKPOINT;
            checkCheckpoints(report.path("log"), key);
            step = Step.COUNTS;
            checkCounts(report);
            return new Result.Accepted(report);
        } catch (JsonProcessingException e) {
            return new Result.Refused(step, "the second line must be JSON");
        } catch (LedgerException | ArithmeticException e) {
            return new Result.Refused(step, String.valueOf(e.getMessage()));
        }
    }

    private static void checkCheckpoints(JsonNode log, NoteKey key) {
        for (String name : new String[] {"checkpoint", "anchored", "final"}) {
            if (log.has(name)) {
                JsonNode named = log.get(name);
                Checkpoint checkpoint = new SignedNote(named.path("note").asText()).open(key);
                require(
                        checkpoint.size() == named.path("size").asLong(-1)
                                && checkpoint.size() <= log.path("size").asLong(-1),
                        name + " must be of the size it says, and not beyond the log");
                for (JsonNode place : named.path("places")) {
                    require(
                            place.path("size").asLong(-1) == checkpoint.size()
                                    && Hash.fromHex(place.path("root").asText()).equals(checkpoint.root()),
                            "the places on a chain must be of the checkpoint");
                }
            }
        }
    }

    private static void checkCounts(JsonNode report) {
        for (JsonNode row : report.path("rows")) {
            String where = "on " + row.path("day").asText() + " ";
            long records = number(row, "readings") + number(row, "waveforms");
            require(
                    number(row, "confirmed") == records + number(row, "unbound") + sum(row.path("quarantined")),
                    where + "confirmed must be the sum of its parts");
            require(
                    number(row, "measured") == number(row, "confirmed") + sum(row.path("missing")),
                    where + "measured must be confirmed and missing together");
            require(
                    number(row, "final") <= number(row, "anchored")
                            && number(row, "anchored") <= number(row, "signed")
                            && number(row, "signed") <= records,
                    where + "no more may be final than anchored, anchored than signed, signed than stored");
        }
        require(
                Canonical.text(ReportJson.totals(report.path("rows"))).equals(Canonical.text(report.path("totals"))),
                "the totals must be the sums of the rows");
    }

    private static long number(JsonNode row, String name) {
        JsonNode value = row.path(name);
        require(value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= 0, name + " must be a count");
        return value.asLong();
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new LedgerException(rule);
        }
    }
}
