package org.fieldward.core.webhook;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.stay.Admissions;
import org.fieldward.core.clinical.stay.Admissions.Visit;
import org.fieldward.core.webhook.filing.Filed;
import org.fieldward.core.webhook.filing.Movement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets admissions know what messages say, so that the devices at a bed serve who lies in it. */
public final class Stays implements Effects {

    private static final Logger LOG = LoggerFactory.getLogger(Stays.class);

    private final Admissions admissions;
    private final Function<String, Set<String>> beds;

    /** @param beds of a facility, as its devices have them */
    public Stays(Admissions admissions, Function<String, Set<String>> beds) {
        this.admissions = admissions;
        this.beds = beds;
    }

    @Override
    public void happen(Desk desk, String facility, Movement movement, Filed filed) {
        Key patient = filed.keys().get(movement.patient());
        if (patient == null) {
            return;
        }
        // The encounter's id tells this stay from others, also where the hospital has no number for it.
        String stay = movement.encounter()
                .flatMap(name -> Optional.ofNullable(filed.keys().get(name)))
                .map(Key::id)
                .orElse("");
        var visit = new Visit(patient.id(), stay, facility);
        switch (movement.kind()) {
            case ADMIT, TRANSFER -> arrive(desk, visit, movement);
            case DISCHARGE -> admissions.leave(desk, visit, movement.at());
            case CANCEL_ADMIT, CANCEL_TRANSFER -> admissions.cancel(desk, visit, Admissions.Kind.ARRIVAL);
            case CANCEL_DISCHARGE -> admissions.cancel(desk, visit, Admissions.Kind.LEAVING);
            case MERGE ->
                movement.former()
                        .flatMap(name -> Optional.ofNullable(filed.keys().get(name)))
                        .filter(former -> !former.equals(patient))
                        .ifPresent(former -> admissions.merge(desk, former.id(), patient.id()));
        }
    }

    /** At the bed that devices stand at, by the most exact of its names; else at the most exact. */
    private void arrive(Desk desk, Visit visit, Movement movement) {
        Set<String> known = beds.apply(visit.facility());
        Optional<String> bed = movement.beds().stream()
                .filter(known::contains)
                .findFirst()
                .or(() -> movement.beds().stream().findFirst());
        if (bed.isEmpty()) {
            LOG.debug("an admission named no bed");
            return;
        }
        admissions.arrive(desk, visit, bed.get(), movement.at());
    }
}
