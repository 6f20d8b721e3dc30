package org.fieldward.core.distribution.rest.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.patch.Patch;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Writes at a desk what was read and checked before, by the rules of https://hl7.org/fhir/R4/http.html. What cannot be
 * done is refused with the status that is told there. Thread-safe.
 */
public final class Writer {

    private final Bodies bodies;
    private final Slots slots;

    public Writer(Bodies bodies) {
        this.bodies = bodies;
        slots = new Slots(bodies);
    }

    /** @param resource its id, where it has one, is taken */
    public Written create(Desk desk, Resource resource, Optional<Condition> ifNoneExist) {
        if (ifNoneExist.isPresent()) {
            Optional<Version> found = one(desk, ifNoneExist.get());
            if (found.isPresent()) {
                return Written.of(200, found.get());
            }
        }
        slots.follow(desk, Optional.empty(), Optional.of(resource));
        return written(desk.apply(new Change.Create(resource)), "If-None-Exist", false);
    }

    /** @param resource with the id under which it shall stand */
    public Written update(Desk desk, Resource resource, OptionalLong ifMatch) {
        var key = new Key(resource.fhirType(), resource.getIdElement().getIdPart());
        if (key.type().equals("Appointment")) {
            slots.follow(desk, before(desk, key), Optional.of(resource));
        }
        return written(desk.apply(new Change.Update(resource, ifMatch)), "If-Match", ifMatch.isPresent());
    }

    /** @param resource with an id or without */
    public Written update(Desk desk, Resource resource, Condition condition, OptionalLong ifMatch) {
        Optional<Version> found = one(desk, condition);
        Optional<String> id =
                Optional.ofNullable(resource.getIdElement().getIdPart()).filter(text -> !text.isEmpty());
        if (found.isEmpty()) {
            if (ifMatch.isPresent()) {
                throw Refusal.precondition("http.If-Match", "nothing meets the condition");
            }
            slots.follow(desk, Optional.empty(), Optional.of(resource));
            return written(desk.apply(new Change.Create(resource)), "id", false);
        }
        if (id.isPresent() && !id.get().equals(found.get().key().id())) {
            throw Refusal.bad(resource.fhirType() + ".id", "must be that of the resource that meets the condition");
        }
        resource.setId(found.get().key().id());
        return update(desk, resource, ifMatch);
    }

    public Written delete(Desk desk, Key key, OptionalLong ifMatch) {
        if (key.type().equals("Appointment")) {
            slots.follow(desk, before(desk, key), Optional.empty());
        }
        return switch (desk.apply(new Change.Delete(key, ifMatch))) {
            case Outcome.Deleted deleted -> Written.of(204, deleted.version());
            case Outcome.Missing missing -> {
                if (ifMatch.isPresent()) {
                    throw Refusal.precondition("http.If-Match", "there is no such version");
                }
                yield new Written(204, Optional.empty());
            }
            case Outcome other -> written(other, "If-Match", ifMatch.isPresent());
        };
    }

    public Written delete(Desk desk, Condition condition, OptionalLong ifMatch) {
        return one(desk, condition)
                .map(found -> delete(desk, found.key(), ifMatch))
                .orElseGet(() -> new Written(204, Optional.empty()));
    }

    /**
     * The resource as the patch makes it, to be checked and then given to {@link #update}.
     *
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 or 422 where the patch does not fit
     */
    public Resource patched(Version version, Patch patch) {
        Resource patched = bodies.patched(version, patch);
        if (!patched.fhirType().equals(version.key().type())
                || !version.key().id().equals(patched.getIdElement().getIdPart())) {
            throw Refusal.of(
                    422, IssueType.PROCESSING, version.key().type() + ".id", "a patch must not change id or type");
        }
        return patched;
    }

    /** What meets the condition; 412 if several do. */
    public Optional<Version> one(Desk desk, Condition condition) {
        List<Version> found = match(desk, condition, 2);
        if (found.size() > 1) {
            throw Refusal.precondition("http.query", "more than one " + condition.type() + " meets the condition");
        }
        return found.stream().findFirst();
    }

    /** @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 where the condition is none */
    public static List<Version> match(Desk desk, Condition condition, int limit) {
        try {
            return desk.match(condition, limit);
        } catch (BadSearch e) {
            throw Refusal.of(e);
        }
    }

    private Optional<Resource> before(Desk desk, Key key) {
        return desk.read(key).filter(version -> !version.isDeleted()).map(bodies::of);
    }

    private static Written written(Outcome outcome, String header, boolean conditional) {
        return switch (outcome) {
            case Outcome.Created created -> Written.of(201, created.version());
            case Outcome.Updated updated -> Written.of(200, updated.version());
            case Outcome.Unchanged unchanged -> Written.of(200, unchanged.version());
            case Outcome.Deleted deleted -> Written.of(204, deleted.version());
            case Outcome.Missing missing ->
                throw Refusal.missing("there is no such " + missing.key().type());
            case Outcome.Stale stale -> {
                if (conditional) {
                    throw Refusal.precondition("http." + header, "another version is the newest");
                }
                throw Refusal.conflict(stale.key().type() + ".id", "the id is taken, or the resource was changed");
            }
        };
    }
}
