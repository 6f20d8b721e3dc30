package org.fieldward.core.distribution.rest.door;

import ca.uhn.fhir.context.FhirContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.chart.search.ServedTypes;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.distribution.rest.describe.Served;
import org.fieldward.core.distribution.rest.describe.Tables;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.export.ExportDoor;
import org.fieldward.core.distribution.rest.page.AuditPages;
import org.fieldward.core.distribution.rest.page.Everything;
import org.fieldward.core.distribution.rest.page.HistoryPages;
import org.fieldward.core.distribution.rest.page.SearchPages;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.rest.store.Permit;
import org.fieldward.core.distribution.rest.store.Permit.Reserved;
import org.fieldward.core.distribution.rest.store.Writer;
import org.fieldward.core.distribution.rest.transaction.Batch;
import org.fieldward.core.distribution.rest.transaction.Transaction;
import org.fieldward.core.distribution.series.Measured;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** Everything behind the {@link Door}, and who answers what. Thread-safe. */
public final class Rooms {

    private static final String EXPORT = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/";

    private final Stored stored;
    private final Bodies bodies;
    private final Writer writer;
    private final Permit permit;
    private final Router router;
    private final List<Deed> operations;

    public Rooms(
            Stored stored,
            Measured measured,
            Audit audit,
            Cursors cursors,
            FhirContext context,
            InstantSource clock,
            Reserved reserved) {
        this.stored = stored;
        bodies = new Bodies(context, stored.check());
        writer = new Writer(bodies);
        permit = new Permit(Set.copyOf(ServedTypes.ALL), Access::may, reserved);
        var searches = new SearchPages(stored.chart(), measured, bodies, cursors, clock);
        var histories = new HistoryPages(stored.chart(), bodies, cursors, clock);
        var audits = new AuditPages(audit, cursors, clock);
        var everything =
                new Everything(stored.chart(), measured, Everything.order(ServedTypes.ALL), bodies, cursors, clock);
        var validation = new Validation(bodies, stored.chart());
        var exports = new ExportDoor(
                stored.exports(), stored.chart(), bodies, measured, Everything.order(ServedTypes.ALL), clock);
        var own = List.of(
                new Deed("$export", Set.of(), true, true, EXPORT + "export", exports::system),
                new Deed("$export", Set.of("Patient"), true, false, EXPORT + "patient-export", exports::patients),
                new Deed("$export", Set.of("Group"), false, true, EXPORT + "group-export", exports::group),
                new Deed(
                        "$validate",
                        Set.of("*"),
                        true,
                        true,
                        "http://hl7.org/fhir/OperationDefinition/Resource-validate",
                        validation::validate),
                new Deed(
                        "$everything",
                        Set.of("Patient"),
                        false,
                        true,
                        "http://hl7.org/fhir/OperationDefinition/Patient-everything",
                        everything::of));
        operations = Stream.concat(own.stream(), stored.operations().stream()).toList();
        router = new Router(stored.chart(), bodies, writer, permit, searches, histories, audits, operations);
    }

    /** What is served of each type. */
    public List<Served> served() {
        return Tables.all(operations);
    }

    /** Answers by another room what the caller may ask. */
    public Answer admit(Call call, Function<Call, Answer> made) {
        permit.enter(call);
        return made.apply(call);
    }

    /**
     * @param isMade whether a request within a Bundle is for what is made of readings
     * @param made answers those
     */
    public Answer answer(Call call, Predicate<Call> isMade, Function<Call, Answer> made) {
        if (call.target().interaction() != Interaction.BATCH) {
            return router.answer(call);
        }
        permit.enter(call);
        Function<Call, Answer> single = inner -> {
            if (!isMade.test(inner)) {
                return router.answer(inner);
            }
            permit.enter(inner);
            return made.apply(inner);
        };
        Resource body = bodies.read(call);
        if (!(body instanceof Bundle bundle) || bundle.getType() == null) {
            throw Refusal.bad("resourceType", "must be a Bundle with a type");
        }
        return switch (bundle.getType()) {
            case TRANSACTION ->
                new Transaction(stored.chart(), bodies, writer, permit, stored.ids(), single).run(call, bundle);
            case BATCH -> new Batch(single).run(call, bundle);
            default -> throw Refusal.bad("Bundle.type", "must be transaction or batch");
        };
    }
}
