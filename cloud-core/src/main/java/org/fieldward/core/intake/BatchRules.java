package org.fieldward.core.intake;

import java.time.Instant;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/** What a batch must keep to before the journal may take it, whatever carried it here. Pure. */
public final class BatchRules {

    private BatchRules() {}

    /** Its content is not opened here: that is for whoever reads the journal. */
    public sealed interface Ruling {
        record Fits(Arrival arrival) implements Ruling {}

        /** @param rule names field, rule and value */
        record Broken(String rule) implements Ruling {}
    }

    /** @param maxBytes of its content */
    public static Ruling judge(String gateway, Batch batch, int maxBytes, Instant now) {
        if (batch.getEpoch() < 1) {
            return new Ruling.Broken("batch.epoch must be at least 1, was " + batch.getEpoch());
        }
        if (batch.getContent().isEmpty() || batch.getContent().size() > maxBytes) {
            return new Ruling.Broken("batch.content must be 1 to " + maxBytes + " bytes, was "
                    + batch.getContent().size());
        }
        try {
            Lane lane = Lane.of(batch.getLaneValue());
            SequenceSet covers = Ranges.set(batch.getRangesList());
            if (covers.isEmpty() || covers.size() > BatchCodec.MAX_RECORDS) {
                return new Ruling.Broken(
                        "batch.ranges must hold 1 to " + BatchCodec.MAX_RECORDS + " sequences, held " + covers.size());
            }
            return new Ruling.Fits(new Arrival(gateway, batch.getEpoch(), lane, covers, batch.getContent(), now));
        } catch (IllegalArgumentException e) {
            return new Ruling.Broken("batch: " + e.getMessage());
        }
    }
}
