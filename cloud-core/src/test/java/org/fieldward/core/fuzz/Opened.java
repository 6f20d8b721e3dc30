package org.fieldward.core.fuzz;

import static org.fieldward.core.fuzz.Check.that;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.fhir.terminology.VitalSignCheck;
import org.fieldward.core.journal.Journal;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.sequence.SequenceSet;

/** What stands behind every door: the journal's entries, and the judge who opens them. */
public final class Opened {

    /** A boot's number stands for its tick, so that any clock may be met. */
    private static final Attribution JUDGE = new Attribution(
            new VitalSignCheck(Catalogue.standard())::check,
            (gateway, boot) -> Optional.of(new Coincidence(boot, Instant.EPOCH)));

    private Opened() {}

    /** Every sequence stands there as fresh once, whatever came, and whatever it is can be judged. */
    public static void check(Journal journal) {
        Map<String, SequenceSet> fresh = new HashMap<>();
        List<Journal.Entry> entries = journal.after(0, 10_000);
        for (Journal.Entry entry : entries) {
            Journal.Arrival arrival = entry.arrival();
            String life = arrival.gateway() + "/" + arrival.epoch();
            SequenceSet before = fresh.getOrDefault(life, SequenceSet.EMPTY);
            that(before.and(entry.fresh()).isEmpty(), "a sequence is fresh once");
            fresh.put(life, before.plus(entry.fresh()));
            Attribution.Judged judged = JUDGE.judge(entry);
            that(
                    judged.readings().size()
                                    + judged.alarms().size()
                                    + judged.statuses().size()
                                    + judged.gaps().size()
                                    + judged.refused().size()
                            > 0,
                    "every entry comes to something");
        }
        fresh.forEach((life, set) -> that(
                set.equals(journal.covered(
                        life.substring(0, life.lastIndexOf('/')),
                        Long.parseLong(life.substring(life.lastIndexOf('/') + 1)))),
                "what is held is what was fresh"));
    }
}
