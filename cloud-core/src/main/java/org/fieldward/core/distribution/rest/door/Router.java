package org.fieldward.core.distribution.rest.door;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Answer.Stamp;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.page.AuditPages;
import org.fieldward.core.distribution.rest.page.HistoryPages;
import org.fieldward.core.distribution.rest.page.SearchPages;
import org.fieldward.core.distribution.rest.patch.Patch;
import org.fieldward.core.distribution.rest.store.Bodies;
import org.fieldward.core.distribution.rest.store.Conditions;
import org.fieldward.core.distribution.rest.store.Permit;
import org.fieldward.core.distribution.rest.store.Writer;
import org.fieldward.core.distribution.rest.store.Written;
import org.hl7.fhir.r4.model.Resource;

/** Answers single requests out of the chart (https://hl7.org/fhir/R4/http.html). Thread-safe. */
public final class Router {

    /** How often a patch is tried again because somebody else changed the resource meanwhile. */
    private static final int PATCH_ATTEMPTS = 5;

    private final Chart chart;
    private final Bodies bodies;
    private final Writer writer;
    private final Permit permit;
    private final SearchPages searches;
    private final HistoryPages histories;
    private final AuditPages audits;
    private final List<Deed> operations;

    public Router(
            Chart chart,
            Bodies bodies,
            Writer writer,
            Permit permit,
            SearchPages searches,
            HistoryPages histories,
            AuditPages audits,
            List<Deed> operations) {
        this.chart = chart;
        this.bodies = bodies;
        this.writer = writer;
        this.permit = permit;
        this.searches = searches;
        this.histories = histories;
        this.audits = audits;
        this.operations = List.copyOf(operations);
    }

    public Answer answer(Call call) {
        permit.enter(call);
        return switch (call.target().interaction()) {
            case READ -> isAudit(call) ? audits.read(call) : read(call);
            case VREAD -> vread(call);
            case HISTORY -> histories.history(call);
            case SEARCH -> isAudit(call) ? audits.search(call) : searches.search(call);
            case CREATE -> create(call);
            case UPDATE -> update(call);
            case PATCH -> patch(call);
            case DELETE -> delete(call);
            case OPERATION, CAPABILITIES -> operation(call);
            case BATCH -> throw Refusal.bad("http.url", "a Bundle cannot hold a Bundle of requests");
        };
    }

    /** What was accessed is kept elsewhere, where nobody can change it. */
    private static boolean isAudit(Call call) {
        return call.target().type().equals("AuditEvent");
    }

    private Answer read(Call call) {
        Key key = key(call);
        Version version =
                chart.read(key, call.sight()).orElseThrow(() -> Refusal.missing("there is no such " + key.type()));
        if (version.isDeleted()) {
            throw Refusal.gone("this " + key.type() + " was deleted");
        }
        if (isKnown(call, version)) {
            return Answer.empty(304, version);
        }
        return Answer.of(200, version, bodies.of(version));
    }

    /** What the caller has is still the newest. */
    private static boolean isKnown(Call call, Version version) {
        Optional<String> tag = call.header("if-none-match");
        if (tag.isPresent()) {
            return List.of(tag.get().split(",")).stream()
                    .map(String::strip)
                    .anyMatch(one -> one.equals("*")
                            || one.equals(Stamp.of(version).etag())
                            || one.equals("\"" + version.version() + "\""));
        }
        return call.header("if-modified-since")
                .map(Router::time)
                .filter(since ->
                        !version.updatedAt().truncatedTo(ChronoUnit.SECONDS).isAfter(since))
                .isPresent();
    }

    private static Instant time(String header) {
        try {
            return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            throw Refusal.bad("http.If-Modified-Since", "must be a date of HTTP");
        }
    }

    private Answer vread(Call call) {
        Key key = key(call);
        Version version = call.target()
                .versionNumber()
                .flatMap(number -> chart.read(key, number, call.sight()))
                .orElseThrow(() -> Refusal.missing("there is no such version"));
        if (version.isDeleted()) {
            throw Refusal.gone("with this version the " + key.type() + " was deleted");
        }
        return Answer.of(200, version, bodies.of(version));
    }

    private Answer create(Call call) {
        Resource resource = checked(call);
        // Whoever creates leaves the id to the server; who wants one of their own updates.
        resource.setIdElement(null);
        Optional<Condition> condition =
                call.header("if-none-exist").map(query -> Conditions.of(resource.fhirType(), query));
        return written(call, chart.write(call.author(), desk -> writer.create(desk, resource.copy(), condition)));
    }

    private Answer update(Call call) {
        Resource resource = checked(call);
        OptionalLong ifMatch = ifMatch(call);
        Optional<Condition> condition = condition(call);
        return written(
                call,
                chart.write(
                        call.author(),
                        desk -> condition.isPresent()
                                ? writer.update(desk, resource.copy(), condition.get(), ifMatch)
                                : writer.update(desk, resource.copy(), ifMatch)));
    }

    private Resource checked(Call call) {
        Resource resource = bodies.read(call);
        permit.fits(resource, call.target());
        bodies.check(resource);
        return resource;
    }

    /** The patched resource is checked outside of the transaction, and taken if it is still made of the newest version. */
    private Answer patch(Call call) {
        Patch patch = bodies.patch(call);
        OptionalLong ifMatch = ifMatch(call);
        for (int attempt = 1; ; attempt++) {
            Version version = meant(call);
            if (ifMatch.isPresent() && ifMatch.getAsLong() != version.version()) {
                throw Refusal.precondition("http.If-Match", "another version is the newest");
            }
            Resource patched = writer.patched(version, patch);
            bodies.check(patched);
            OptionalLong base = OptionalLong.of(version.version());
            Optional<Written> written = chart.write(call.author(), desk -> {
                boolean stale = desk.read(version.key())
                        .map(newest -> newest.version() != version.version())
                        .orElse(true);
                return stale ? Optional.empty() : Optional.of(writer.update(desk, patched.copy(), base));
            });
            if (written.isPresent()) {
                return written(call, written.get());
            }
            if (attempt == PATCH_ATTEMPTS) {
                throw Refusal.conflict("http.path", "others keep changing this resource: try again");
            }
        }
    }

    private Version meant(Call call) {
        Optional<Condition> condition = condition(call);
        Optional<Version> found = condition.isPresent()
                ? chart.write(call.author(), desk -> writer.one(desk, condition.get()))
                : chart.read(key(call), call.sight());
        Version version = found.orElseThrow(
                () -> Refusal.missing("there is no such " + call.target().type()));
        if (version.isDeleted()) {
            throw Refusal.gone("this " + version.key().type() + " was deleted");
        }
        return version;
    }

    private Answer delete(Call call) {
        OptionalLong ifMatch = ifMatch(call);
        Optional<Condition> condition = condition(call);
        return written(
                call,
                chart.write(
                        call.author(),
                        desk -> condition.isPresent()
                                ? writer.delete(desk, condition.get(), ifMatch)
                                : writer.delete(desk, key(call), ifMatch)));
    }

    private Answer operation(Call call) {
        return operations.stream()
                .filter(operation -> operation.answers(call))
                .findFirst()
                .orElseThrow(() -> Refusal.missing("there is no such operation"))
                .handler()
                .answer(call);
    }

    private Answer written(Call call, Written written) {
        if (written.version().isEmpty() || written.version().get().isDeleted()) {
            return written.version()
                    .map(version -> Answer.empty(written.status(), version))
                    .orElseGet(() -> Answer.empty(written.status(), Optional.empty()));
        }
        Version version = written.version().get();
        return Preference.of(call, written.status(), version, () -> bodies.of(version));
    }

    private static Key key(Call call) {
        return call.target().key().orElseThrow(() -> Refusal.missing("there is no such address"));
    }

    /** Empty where the address names the resource. */
    private static Optional<Condition> condition(Call call) {
        return call.target().id().isPresent()
                ? Optional.empty()
                : Optional.of(Conditions.of(call.target().type(), call.parameters()));
    }

    private static OptionalLong ifMatch(Call call) {
        return call.header("if-match").map(Conditions::version).orElse(OptionalLong.empty());
    }
}
