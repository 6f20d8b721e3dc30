package org.fieldward.core.completeness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.completeness.Report.Carrier;
import org.fieldward.core.completeness.Report.Loss;
import org.fieldward.core.completeness.Report.Row;
import org.fieldward.core.observation.tally.Tallies.Count;

/** A report as JSON. Whole numbers only, and every number says of itself what it means. */
public final class ReportJson {

    /** What the numbers mean and what they cannot know; travels with every report. */
    static final Map<String, String> MEANING = meaning();

    static final List<String> ADDED = List.of(
            "measured", "confirmed", "readings", "values", "waveforms", "unbound", "signed", "anchored", "final");

    private ReportJson() {}

    private static Map<String, String> meaning() {
        var words = new TreeMap<String, String>();
        words.put(
                "measured",
                "records there is evidence of: confirmed and missing together. A record is one reading (all values of a"
                        + " device at one instant) or one block of a waveform. What a device measured and never sent,"
                        + " nobody knows.");
        words.put(
                "confirmed",
                "records the journal holds: readings, waveforms, unbound and quarantined together. Two reports that were"
                        + " put together as one reading count once, a repetition not at all.");
        words.put(
                "stored",
                "records attributed to a patient by the binding at the time of measurement, and the values in them, those"
                        + " included that the device itself reported as absent. The newest version of each counts.");
        words.put("unbound", "stored, but the device served nobody then: they wait for a binding.");
        words.put("quarantined", "kept with their bytes but not accepted, by reason.");
        words.put(
                "signed",
                "stored records under the newest signed checkpoint; anchored: under a root that was found on a chain;"
                        + " final: under one that the chain calls final. A root covers all that was committed before it;"
                        + " the rest waits for the next.");
        words.put(
                "missing",
                "lost records by reason, told by gap records that lie in this day. Refused ones count once per attempt: the"
                        + " device may have sent them again. A loss that no gateway has told of yet is not in it.");
        words.put(
                "across",
                "the same of gap records that reach over the edge of the day: how many of them belong to it, nobody knows.");
        words.put(
                "stretches",
                "the sequences of a gateway between the first and the last record of this row, of all its devices. No hole:"
                        + " all that it accepted in between is here. A hole is on its way, or lost. Not known of records"
                        + " stored before this was kept.");
        words.put(
                "quarters",
                "quarters of an hour with a record, of those that were over and in all of which a device served one patient (bound),"
                        + " counted per device.");
        words.put(
                "bed",
                "where the registry places the device now; it keeps no history of places. The facility is the gateway that"
                        + " last carried it.");
        words.put("zone", "whose days these are; zoneKnown false: the facility's is not known, and they are UTC's.");
        words.put(
                "gateways",
                "over all time: held of the sequences first to upTo; a hole is still at the gateway, on its way, or lost."
                        + " backlog: what the gateway itself said it still holds.");
        words.put("unread", "batches that are confirmed but not worked through: they are in no row yet.");
        words.put("unplaced", "set aside without a device that could be read, by when they were set aside.");
        return words;
    }

    public static ObjectNode write(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("made", time(report.madeAt()));
        ObjectNode asked = json.putObject("asked");
        report.question().facility().ifPresent(name -> asked.put("facility", name));
        report.question().bed().ifPresent(name -> asked.put("bed", name));
        asked.put("from", report.question().from().toString());
        asked.put("to", report.question().to().toString());
        ArrayNode rows = json.putArray("rows");
        report.rows().forEach(row -> rows.add(row(row)));
        json.set("totals", totals(rows));
        ArrayNode losses = json.putArray("gaps");
        report.losses().forEach(loss -> losses.add(loss(loss)));
        ArrayNode gateways = json.putArray("gateways");
        report.carriers().forEach(carrier -> gateways.add(carrier(carrier)));
        json.put("unread", report.unread());
        json.set("unplaced", counts(report.unplaced()));
        json.set("log", log(report.coverage()));
        ObjectNode meaning = json.putObject("meaning");
        MEANING.forEach(meaning::put);
        return json;
    }

    private static ObjectNode row(Row row) {
        Count stored = row.stored();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("day", row.day().toString());
        json.put("zone", row.zone().map(Object::toString).orElse("UTC"));
        json.put("zoneKnown", row.zone().isPresent());
        json.put("from", time(row.from())).put("until", time(row.until()));
        row.bed().ifPresent(bed -> json.put("bed", bed));
        row.facility().ifPresent(facility -> json.put("facility", facility));
        ArrayNode devices = json.putArray("devices");
        row.devices().forEach(devices::add);
        json.put("measured", row.measured());
        json.put("confirmed", row.confirmed());
        json.put("readings", stored.readings());
        json.put("values", stored.values());
        json.put("waveforms", stored.waveforms());
        json.put("unbound", row.unbound());
        json.set("quarantined", counts(row.quarantined()));
        json.put("signed", row.signed());
        json.put("anchored", row.anchored());
        json.put("final", row.finished());
        json.set("missing", counts(row.missing()));
        json.set("across", counts(row.across()));
        json.putObject("quarters").put("bound", row.boundQuarters()).put("withRecord", row.quarters());
        ArrayNode patients = json.putArray("patients");
        new TreeMap<>(row.patients())
                .forEach((patient, count) -> patients.addObject()
                        .put("patient", patient)
                        .put("readings", count.readings())
                        .put("values", count.values())
                        .put("waveforms", count.waveforms()));
        ArrayNode stretches = json.putArray("stretches");
        row.stretches()
                .forEach(stretch -> stretches
                        .addObject()
                        .put("gateway", stretch.gateway())
                        .put("epoch", Long.toUnsignedString(stretch.epoch()))
                        .put("first", stretch.first())
                        .put("last", stretch.last())
                        .put("held", stretch.held())
                        .put("holes", stretch.holes()));
        return json;
    }

    static ObjectNode totals(Iterable<JsonNode> rows) {
        ObjectNode totals = JsonNodeFactory.instance.objectNode();
        for (String name : ADDED) {
            long sum = 0;
            for (JsonNode row : rows) {
                sum = Math.addExact(sum, row.path(name).asLong());
            }
            totals.put(name, sum);
        }
        for (String name : List.of("quarantined", "missing")) {
            var sums = new TreeMap<String, Long>();
            for (JsonNode row : rows) {
                row.path(name)
                        .properties()
                        .forEach(entry ->
                                sums.merge(entry.getKey(), entry.getValue().asLong(), Math::addExact));
            }
            totals.set(name, counts(sums));
        }
        return totals;
    }

    private static ObjectNode loss(Loss loss) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("number", loss.number()).put("device", loss.device());
        loss.bed().ifPresent(bed -> json.put("bed", bed));
        json.put("gateway", loss.gateway());
        json.put("lane", word(loss.lane()));
        json.put("reason", word(loss.reason()));
        json.put("count", loss.count());
        json.put("from", time(loss.from())).put("to", time(loss.to())).put("told", time(loss.toldAt()));
        ArrayNode patients = json.putArray("patients");
        loss.patients().forEach(patients::add);
        return json;
    }

    private static ObjectNode carrier(Carrier carrier) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("gateway", carrier.gateway());
        carrier.heardAt().ifPresent(at -> json.put("heard", time(at)));
        carrier.backlog().ifPresent(records -> json.put("backlog", records));
        ArrayNode lives = json.putArray("lives");
        carrier.lives()
                .forEach(life -> lives.addObject()
                        .put("epoch", Long.toUnsignedString(life.epoch()))
                        .put("first", life.first())
                        .put("upTo", life.upTo())
                        .put("held", life.held())
                        .put("holes", life.holes()));
        return json;
    }

    private static ObjectNode log(Coverage coverage) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("size", coverage.logSize());
        json.put("chain", coverage.chain());
        coverage.checkpoint().ifPresent(signed -> json.set("checkpoint", signed(signed)));
        coverage.anchored().ifPresent(anchored -> json.set("anchored", anchored(anchored)));
        coverage.finished().ifPresent(anchored -> json.set("final", anchored(anchored)));
        return json;
    }

    private static ObjectNode signed(Coverage.Signed signed) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("size", signed.size())
                .put("signedAt", time(signed.signedAt()))
                .put("note", signed.note().text());
    }

    private static ObjectNode anchored(Coverage.Anchored anchored) {
        ObjectNode json = signed(anchored.checkpoint());
        ArrayNode places = json.putArray("places");
        for (ChainState.Anchor place : anchored.places()) {
            places.addObject()
                    .put("chainId", place.chainId())
                    .put("contract", place.contract())
                    .put("tx", place.tx())
                    .put("block", place.block())
                    .put("size", place.size())
                    .put("root", place.root().hex())
                    .put("state", word(place.finality()));
        }
        return json;
    }

    private static ObjectNode counts(Map<String, Long> counts) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(counts).forEach(json::put);
        return json;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String time(Instant at) {
        return at.toString();
    }
}
