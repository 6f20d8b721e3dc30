package org.fieldward.core.distribution.rest.page;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.page.Links.Asked;
import org.fieldward.core.distribution.series.Measured;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Provenances that are made when somebody asks, since an Observation of a reading was corrected. A search for those of a
 * patient goes on with them behind what is stored; of any other it is said that they are not among what was found.
 */
final class Corrections {

    private static final String PLACE = "made ";
    private static final Set<String> SIMPLE = Set.of("patient", "_count");
    private static final String HOW = "Provenances of corrected Observations of readings are not among these: ask with"
            + " target=Observation/ID, or with patient=ID and no other parameter";

    private final Chart chart;
    private final Measured measured;

    Corrections(Chart chart, Measured measured) {
        this.chart = chart;
        this.measured = measured;
    }

    /** Whose are asked for, where nothing else is. */
    Optional<String> patient(Call call, Asked asked) {
        Map<String, List<String>> parameters = asked.parameters();
        Optional<String> named = call.target().within().isPresent()
                ? call.target()
                        .key()
                        .filter(key -> key.type().equals("Patient"))
                        .map(Key::id)
                : Optional.ofNullable(parameters.get("patient"))
                        .filter(values -> values.size() == 1)
                        .map(values -> values.getFirst().replaceFirst("^Patient/", ""));
        boolean counts = parameters.getOrDefault("_count", List.of()).contains("0");
        return named.filter(id -> !counts && Key.isId(id) && SIMPLE.containsAll(parameters.keySet()));
    }

    /** Whether the stored ones were all told on pages before. */
    boolean isBehindStored(Asked asked) {
        return asked.place().filter(place -> place.startsWith(PLACE)).isPresent();
    }

    /**
     * Fills up a page behind which no stored ones are, and says where the next begins.
     *
     * @param count that may still be added
     */
    Optional<String> fill(Bundle bundle, Call call, Asked asked, int count) {
        Optional<String> patient = patient(call, asked)
                .filter(id -> chart.read(new Key("Patient", id), call.sight())
                        .filter(version -> !version.isDeleted())
                        .isPresent());
        if (patient.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> place = asked.place()
                .filter(text -> text.startsWith(PLACE) && text.length() > PLACE.length())
                .map(text -> text.substring(PLACE.length()));
        if (count <= 0) {
            return Optional.of(PLACE);
        }
        Measured.Page page =
                measured.page(Measured.Kind.PROVENANCE, Optional.empty(), Sight.ofPatient(patient.get()), place, count);
        for (Resource made : page.resources()) {
            bundle.addEntry()
                    .setFullUrl(
                            call.base() + "/Provenance/" + made.getIdElement().getIdPart())
                    .setResource(made)
                    .getSearch()
                    .setMode(SearchEntryMode.MATCH);
        }
        return page.next().map(next -> PLACE + next);
    }

    /** Says of a search that could not look for them how they are asked for. */
    void explain(Bundle bundle, Call call, Asked asked) {
        boolean first = asked.place().isEmpty();
        if (first && patient(call, asked).isEmpty() && !asked.parameters().containsKey("target")) {
            var outcome = new OperationOutcome();
            outcome.addIssue()
                    .setSeverity(IssueSeverity.INFORMATION)
                    .setCode(IssueType.INFORMATIONAL)
                    .setDiagnostics(HOW);
            bundle.addEntry().setResource(outcome).getSearch().setMode(SearchEntryMode.OUTCOME);
        }
    }
}
