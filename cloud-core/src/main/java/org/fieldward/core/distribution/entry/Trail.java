package org.fieldward.core.distribution.entry;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.FhirRequest;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.access.route.Routes;

/**
 * Writes the audit of what is asked over HTTP: every change, and every look at what technicians may not see, which is what
 * concerns patients. Thread-safe.
 */
public final class Trail {

    /** The audit does not take an access, which must not be answered then. */
    public static final class LostException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LostException(String message) {
            super(message);
        }
    }

    private static final String OWN = Trail.class.getName() + ".own";
    private static final String NAMED = Trail.class.getName() + ".named";
    private static final String PARTS = Trail.class.getName() + ".parts";
    private static final String CONCERNED = Trail.class.getName() + ".concerned";
    private static final Set<String> PATIENT_PARAMETERS = Set.of("patient", "subject");
    private static final int PATIENCE_SECONDS = 10;
    private static final int UNKNOWN_A_SECOND = 10;

    private final Audit audit;
    private final InstantSource clock;
    private long second;
    private int unknown;
    private long unsaid;

    public Trail(Audit audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** Whoever serves this request records it itself, with what only they know, before they answer. */
    public static void isMine(HttpServletRequest request) {
        request.setAttribute(OWN, true);
    }

    /** This patient is concerned, though the request's address does not say so. */
    public static void concerns(HttpServletRequest request, String patient) {
        var all = new LinkedHashSet<>(concerned(request));
        all.add(patient);
        request.setAttribute(CONCERNED, List.copyOf(all));
    }

    /** What it was about, where the address does not say so: what was made, such as {@code Flag/17}. */
    public static void names(HttpServletRequest request, String reference) {
        request.setAttribute(NAMED, reference);
    }

    /** What the requests of a Bundle were. */
    public static void holds(HttpServletRequest request, List<Entry.Part> parts) {
        request.setAttribute(PARTS, parts);
    }

    @SuppressWarnings("unchecked")
    private static List<Entry.Part> parts(HttpServletRequest request) {
        return request.getAttribute(PARTS) instanceof List<?> list ? (List<Entry.Part>) list : List.of();
    }

    @SuppressWarnings("unchecked")
    private static List<String> concerned(HttpServletRequest request) {
        return request.getAttribute(CONCERNED) instanceof List<?> list ? (List<String>) list : List.of();
    }

    /** Whether this is for the audit. */
    public boolean isKept(Routes.Match match, Gate.Decision.Enter enter) {
        if (enter.caller().isEmpty()) {
            return false;
        }
        if (enter.fhir().isPresent()) {
            FhirRequest fhir = enter.fhir().get();
            return fhir.interaction() != Interaction.CAPABILITIES
                    && !(fhir.interaction().isReading()
                            && Access.group(fhir.type()).reads().contains(Role.TECHNICIAN));
        }
        return !match.route().method().equals("GET") || !match.route().roles().contains(Role.TECHNICIAN);
    }

    /**
     * Records an answer with this status, and returns when the record would survive a power cut.
     *
     * @throws LostException if it could not
     */
    public void answered(HttpServletRequest request, Routes.Match match, Gate.Decision.Enter enter, int status) {
        if (request.getAttribute(OWN) != null) {
            return;
        }
        keep(entry(request, match, enter.caller(), enter.fhir(), enter.emergency(), Entry.Outcome.of(status))
                .with(parts(request)));
    }

    /** Records a refusal; of those who did not even show who they are, only so many a second. */
    public void refused(HttpServletRequest request, Routes.Match match, Gate.Decision.Refuse refuse) {
        if (refuse.caller().isPresent()) {
            keep(entry(request, match, refuse.caller(), fhir(request), Optional.empty(), Entry.Outcome.REFUSED));
            return;
        }
        Optional<Long> more = unknown();
        if (more.isPresent()) {
            Entry entry =
                    entry(request, match, Optional.empty(), fhir(request), Optional.empty(), Entry.Outcome.REFUSED);
            var unused = audit.record(more.get() == 0 ? entry : with(entry, more.get()));
        }
    }

    private static Optional<FhirRequest> fhir(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/fhir") ? FhirRequest.of(request.getMethod(), path.substring(5)) : Optional.empty();
    }

    /** Records somebody's sign-in or sign-out, or a try. */
    void signed(HttpServletRequest request, Entry.Kind kind, String subject, Entry.Outcome outcome) {
        keep(new Entry(
                clock.instant(),
                subject,
                List.of(),
                request.getRemoteAddr(),
                kind,
                outcome,
                "",
                List.of(),
                Optional.empty(),
                Optional.empty()));
    }

    private void keep(Entry entry) {
        try {
            audit.record(entry).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new LostException("the audit did not take an access");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LostException("interrupted while the audit was written");
        }
    }

    /** How many before were not recorded, if this one is to be. */
    private synchronized Optional<Long> unknown() {
        long now = clock.instant().getEpochSecond();
        if (now != second) {
            second = now;
            unknown = 0;
        }
        if (unknown++ >= UNKNOWN_A_SECOND) {
            unsaid++;
            return Optional.empty();
        }
        long before = unsaid;
        unsaid = 0;
        return Optional.of(before);
    }

    private static Entry with(Entry entry, long more) {
        return new Entry(
                entry.at(),
                entry.agent(),
                entry.roles(),
                entry.address(),
                entry.kind(),
                entry.outcome(),
                entry.what() + ", and " + more + " more before it",
                entry.patients(),
                entry.query(),
                entry.emergency());
    }

    private Entry entry(
            HttpServletRequest request,
            Routes.Match match,
            Optional<Caller> caller,
            Optional<FhirRequest> fhir,
            Optional<String> emergency,
            Entry.Outcome outcome) {
        Instant now = clock.instant();
        Optional<String> query = Optional.ofNullable(request.getQueryString());
        var patients = new LinkedHashSet<>(concerned(request));
        Optional.ofNullable(match.values().get("patient")).ifPresent(patients::add);
        fhir.filter(asked -> asked.type().equals("Patient") && !asked.id().isEmpty())
                .ifPresent(asked -> patients.add(asked.id()));
        query.ifPresent(text -> patients.addAll(patients(text)));
        return new Entry(
                now,
                caller.map(Caller::subject).orElse(""),
                caller.map(who -> who.roles().stream().map(Role::text).sorted().toList())
                        .orElse(List.of()),
                request.getRemoteAddr(),
                fhir.map(asked -> kind(asked.interaction())).orElseGet(() -> kind(match)),
                outcome,
                request.getAttribute(NAMED) instanceof String named
                        ? named
                        : fhir.map(asked -> asked.id().isEmpty() ? asked.type() : asked.type() + "/" + asked.id())
                                .orElseGet(request::getRequestURI),
                List.copyOf(patients),
                query,
                emergency);
    }

    private static Entry.Kind kind(Routes.Match match) {
        return switch (match.route().method()) {
            case "PUT" -> Entry.Kind.UPDATE;
            case "PATCH" -> Entry.Kind.PATCH;
            case "DELETE" -> Entry.Kind.DELETE;
            case "POST" -> Entry.Kind.CREATE;
            default ->
                switch (match.route().path()) {
                    case "/api/v1/readings" -> Entry.Kind.EXPORT;
                    case "/api/v1/stream", "/api/v1/stream/ws" -> Entry.Kind.STREAM;
                    default -> match.values().isEmpty() ? Entry.Kind.SEARCH : Entry.Kind.READ;
                };
        };
    }

    private static Entry.Kind kind(Interaction interaction) {
        return switch (interaction) {
            case READ, CAPABILITIES -> Entry.Kind.READ;
            case VREAD -> Entry.Kind.VREAD;
            case HISTORY -> Entry.Kind.HISTORY;
            case SEARCH -> Entry.Kind.SEARCH;
            case CREATE -> Entry.Kind.CREATE;
            case UPDATE -> Entry.Kind.UPDATE;
            case PATCH -> Entry.Kind.PATCH;
            case DELETE -> Entry.Kind.DELETE;
            case OPERATION -> Entry.Kind.OPERATION;
            case BATCH -> Entry.Kind.BATCH;
        };
    }

    private static Set<String> patients(String query) {
        var patients = new LinkedHashSet<String>();
        for (String part : query.split("&")) {
            String[] pair = part.split("=", 2);
            if (pair.length == 2 && PATIENT_PARAMETERS.contains(pair[0])) {
                for (String one : decode(pair[1]).split(",")) {
                    patients.add(one.startsWith("Patient/") ? one.substring("Patient/".length()) : one);
                }
            }
        }
        return patients;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
