package org.fieldward.core.distribution.rest.transaction;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.audit.Entry.Part;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.fieldward.core.distribution.rest.patch.Patch;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.rest.store.Conditions;
import org.fieldward.core.distribution.rest.store.Permit;
import org.fieldward.core.distribution.rest.store.Writer;
import org.fieldward.core.distribution.rest.store.Written;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;

/**
 * Requests that are done together or not at all (https://hl7.org/fhir/R4/http.html#transaction). Reading ones are answered
 * after the commit, so that they show what the others did. Thread-safe.
 */
public final class Transaction {

    private final Chart chart;
    private final Bodies bodies;
    private final Writer writer;
    private final Permit permit;
    private final Supplier<String> ids;
    private final Function<Call, Answer> reading;

    /**
     * @param ids for new resources, which others in the same Bundle refer to
     * @param reading answers a single request that changes nothing
     */
    public Transaction(
            Chart chart,
            Bodies bodies,
            Writer writer,
            Permit permit,
            Supplier<String> ids,
            Function<Call, Answer> reading) {
        this.chart = chart;
        this.bodies = bodies;
        this.writer = writer;
        this.permit = permit;
        this.ids = ids;
        this.reading = reading;
    }

    public Answer run(Call outer, Bundle bundle) {
        Entries.judge(bundle);
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < bundle.getEntry().size(); i++) {
            entries.add(Entries.read(bundle, i, outer));
        }
        for (Entry entry : entries) {
            placed(entry, () -> judge(entry));
        }
        distinct(entries);
        Map<Integer, Answer> answers = new TreeMap<>();
        if (entries.stream().anyMatch(entry -> !isReading(entry))) {
            answers.putAll(chart.write(outer.author(), desk -> apply(desk, entries, outer.caller())));
        }
        for (Entry entry : entries) {
            if (isReading(entry)) {
                placed(entry, () -> answers.put(entry.index(), reading.apply(entry.call())));
            }
        }
        var patients = new TreeSet<String>();
        var parts = new ArrayList<Part>();
        var response = new Bundle();
        response.setType(BundleType.TRANSACTIONRESPONSE);
        for (Entry entry : entries) {
            Answer answer = answers.get(entry.index());
            if (answer == null) {
                throw new IllegalStateException("every entry has an answer");
            }
            patients.addAll(answer.patients());
            parts.add(Entries.part(entry, answer.status(), answer.stamp()));
            response.addEntry(Entries.answer(entry, answer));
        }
        return Answer.of(200, response).about(patients).holding(parts);
    }

    private static boolean isReading(Entry entry) {
        return entry.call().target().interaction().isReading();
    }

    /** Before the transaction, since checking takes longer than writing. */
    private void judge(Entry entry) {
        Call call = entry.call();
        permit.enter(call);
        switch (call.target().interaction()) {
            case CREATE, UPDATE -> {
                Resource resource = bodies.read(call);
                permit.fits(resource, call.target());
                bodies.check(resource);
            }
            case BATCH -> throw Refusal.bad("http.url", "a Bundle cannot hold a transaction");
            case READ, VREAD, HISTORY, SEARCH, PATCH, DELETE, OPERATION, CAPABILITIES -> {}
        }
    }

    /** Two entries for one resource would depend on their order. */
    private static void distinct(List<Entry> entries) {
        Set<String> seen = new HashSet<>();
        for (Entry entry : entries) {
            Target target = entry.call().target();
            Optional<String> name = switch (target.interaction()) {
                case UPDATE, PATCH, DELETE ->
                    Optional.of(target.key()
                            .map(Key::toString)
                            .orElseGet(() -> target.type() + "?" + entry.call().parameters()));
                case CREATE ->
                    entry.call()
                            .header("if-none-exist")
                            .map(condition -> target.type() + "?" + Conditions.query(condition));
                case READ, VREAD, HISTORY, SEARCH, OPERATION, BATCH, CAPABILITIES -> Optional.empty();
            };
            if (name.isPresent() && !seen.add(name.get())) {
                throw Refusal.bad(
                        "Bundle.entry[" + entry.index() + "].request.url", "another entry is for the same resource");
            }
        }
    }

    private Map<Integer, Answer> apply(Desk desk, List<Entry> entries, Caller caller) {
        Map<Integer, Answer> answers = new HashMap<>();
        in(Interaction.DELETE, entries, entry -> answers.put(entry.index(), answer(delete(desk, entry.call()))));
        var names = new Names(permit, caller);
        Map<Integer, Resource> prepared = new HashMap<>();
        in(Interaction.CREATE, entries, entry -> {
            Resource resource = bodies.read(entry.call()).copy();
            Optional<Version> there = entry.call()
                    .header("if-none-exist")
                    .flatMap(query -> writer.one(desk, Conditions.of(resource.fhirType(), query)));
            if (there.isPresent()) {
                answers.put(entry.index(), answer(new Written(200, there)));
                names.put(entry.fullUrl(), there.get().key());
            } else {
                resource.setId(ids.get());
                prepared.put(entry.index(), resource);
                names.put(entry.fullUrl(), key(resource));
            }
        });
        Map<Integer, Boolean> made = new HashMap<>();
        in(Interaction.UPDATE, entries, entry -> {
            Resource resource = bodies.read(entry.call()).copy();
            made.put(entry.index(), name(desk, entry.call(), resource));
            prepared.put(entry.index(), resource);
            names.put(entry.fullUrl(), key(resource));
        });
        in(Interaction.CREATE, entries, entry -> {
            Resource resource = prepared.get(entry.index());
            if (resource != null) {
                names.resolve(resource, entry.fullUrl(), desk);
                answers.put(entry.index(), answer(writer.create(desk, resource, Optional.empty())));
            }
        });
        in(Interaction.UPDATE, entries, entry -> {
            Resource resource = prepared.getOrDefault(entry.index(), bodies.read(entry.call()));
            names.resolve(resource, entry.fullUrl(), desk);
            Written written = made.getOrDefault(entry.index(), false)
                    ? writer.create(desk, resource, Optional.empty())
                    : writer.update(desk, resource, ifMatch(entry.call()));
            answers.put(entry.index(), answer(written));
        });
        in(Interaction.PATCH, entries, entry -> answers.put(entry.index(), answer(patch(desk, entry, names))));
        return answers;
    }

    /** Gives the resource of a conditional update the id it will stand under; true where it is to be made. */
    private boolean name(Desk desk, Call call, Resource resource) {
        if (call.target().id().isPresent()) {
            return false;
        }
        Optional<Version> found = writer.one(desk, Conditions.of(resource.fhirType(), call.parameters()));
        boolean named = resource.hasId();
        if (found.isPresent()) {
            if (named && !found.get().key().id().equals(resource.getIdElement().getIdPart())) {
                throw Refusal.bad(resource.fhirType() + ".id", "must be that of the resource that meets the condition");
            }
            resource.setId(found.get().key().id());
        } else if (!named) {
            resource.setId(ids.get());
        }
        return found.isEmpty();
    }

    private Written delete(Desk desk, Call call) {
        return call.target()
                .key()
                .map(key -> writer.delete(desk, key, ifMatch(call)))
                .orElseGet(() ->
                        writer.delete(desk, Conditions.of(call.target().type(), call.parameters()), ifMatch(call)));
    }

    private Written patch(Desk desk, Entry entry, Names names) {
        Call call = entry.call();
        Patch patch = bodies.patch(call);
        if (patch instanceof Patch.Paths paths) {
            Parameters operations = paths.operations().copy();
            names.resolve(operations, entry.fullUrl(), desk);
            patch = new Patch.Paths(operations);
        }
        Version version = call.target()
                .key()
                .map(desk::read)
                .orElseGet(() -> writer.one(desk, Conditions.of(call.target().type(), call.parameters())))
                .filter(found -> !found.isDeleted())
                .orElseThrow(() ->
                        Refusal.missing("there is no such " + call.target().type()));
        Resource patched = writer.patched(version, patch);
        bodies.check(patched);
        OptionalLong ifMatch = ifMatch(call);
        return writer.update(desk, patched, ifMatch.isPresent() ? ifMatch : OptionalLong.of(version.version()));
    }

    private static OptionalLong ifMatch(Call call) {
        return call.header("if-match").map(Conditions::version).orElse(OptionalLong.empty());
    }

    private Answer answer(Written written) {
        return written.version()
                .map(version -> version.isDeleted()
                        ? Answer.empty(written.status(), version)
                        : Answer.of(written.status(), version, bodies.of(version)))
                .orElseGet(() -> Answer.empty(written.status(), Optional.empty()));
    }

    private static Key key(Resource resource) {
        return new Key(resource.fhirType(), resource.getIdElement().getIdPart());
    }

    /** What an entry does. */
    private interface Step {
        void of(Entry entry);
    }

    private static void in(Interaction interaction, List<Entry> entries, Step step) {
        for (Entry entry : entries) {
            if (entry.call().target().interaction() == interaction) {
                placed(entry, () -> step.of(entry));
            }
        }
    }

    /** Whatever is refused names the entry. */
    private static void placed(Entry entry, Runnable work) {
        try {
            work.run();
        } catch (BaseServerResponseException e) {
            throw Refusal.in(entry.index(), e);
        }
    }
}
