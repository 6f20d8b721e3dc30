package org.fieldward.core.distribution.rest.transaction;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.fieldward.core.access.audit.Entry.Part;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.OperationOutcome;

/** Requests that have nothing to do with each other: each is answered as if it had come alone. */
public final class Batch {

    private final Function<Call, Answer> single;

    public Batch(Function<Call, Answer> single) {
        this.single = single;
    }

    public Answer run(Call outer, Bundle bundle) {
        Entries.judge(bundle);
        var patients = new TreeSet<String>();
        var parts = new ArrayList<Part>();
        var answers = new Bundle();
        answers.setType(BundleType.BATCHRESPONSE);
        for (int i = 0; i < bundle.getEntry().size(); i++) {
            answers.addEntry(one(bundle, i, outer, patients, parts));
        }
        return Answer.of(200, answers).about(patients).holding(parts);
    }

    private BundleEntryComponent one(Bundle bundle, int index, Call outer, Set<String> patients, List<Part> parts) {
        Optional<Entry> read = Optional.empty();
        try {
            Entry entry = Entries.read(bundle, index, outer);
            read = Optional.of(entry);
            Answer answer = single.apply(entry.call());
            patients.addAll(answer.patients());
            parts.add(Entries.part(entry, answer.status(), answer.stamp()));
            return Entries.answer(entry, answer);
        } catch (BaseServerResponseException e) {
            read.ifPresent(entry -> parts.add(Entries.part(entry, e.getStatusCode(), Optional.empty())));
            return Entries.refusal(
                    e.getStatusCode(),
                    e.getOperationOutcome() instanceof OperationOutcome told ? Optional.of(told) : Optional.empty());
        }
    }
}
