package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.method.BaseResourceReturningMethodBinding;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletSubRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.distribution.observe.Belonging;
import org.fieldward.core.distribution.observe.Kept;
import org.fieldward.core.distribution.observe.Observations;
import org.fieldward.core.distribution.observe.OneSearch;
import org.fieldward.core.distribution.observe.Past;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.rest.describe.Capability;
import org.fieldward.core.distribution.rest.describe.Served;
import org.fieldward.core.distribution.rest.door.Concerned;
import org.fieldward.core.distribution.rest.door.Door;
import org.fieldward.core.distribution.rest.door.Proving;
import org.fieldward.core.distribution.rest.door.Rooms;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.fieldward.core.distribution.search.DeviceParameters;
import org.fieldward.core.distribution.search.RegistryPages;
import org.fieldward.core.distribution.series.Series;
import org.fieldward.core.distribution.stats.LastN;
import org.fieldward.core.distribution.stats.Stats;
import org.fieldward.core.distribution.window.Windows;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HAPI's server. What is made of readings is answered by providers; everything else by the chart, through one {@link Door}.
 */
public final class FhirServlet extends RestfulServer {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(FhirServlet.class);

    private final transient Bundles bundles;
    private final transient Observations observations;
    private final transient Rooms rooms;
    private final transient ProofFiles proofs;

    public FhirServlet(
            Registry registry,
            Readings readings,
            Waveforms waveforms,
            Gaps gaps,
            ProofFiles proofs,
            Stored stored,
            Belonging belonging,
            Audit audit,
            Cursors cursors,
            InstantSource clock) {
        super(context());
        Kept kept = Kept.in(stored.chart());
        this.proofs = proofs;
        var resources = new ResourceMaker();
        bundles = new Bundles(cursors, clock);
        var parameters = new DeviceParameters(readings);
        var pages = new RegistryPages(registry, parameters);
        var visibility = new Visibility(registry, belonging);
        var past = new Past(registry, readings, waveforms, visibility);
        observations = new Observations(registry, kept, past);
        var series = new Series(registry, readings, visibility, past, proofs::storedBefore);
        rooms = new Rooms(stored, series, audit, cursors, getFhirContext(), clock, this::reserved);
        var search = new OneSearch(registry, readings, waveforms, kept, visibility, past);
        setResourceProviders(List.of(
                new ObservationProvider(
                        observations, search, proofs, bundles, new GapObservations(gaps, registry, visibility, clock)),
                new ProvenanceProvider(past),
                new DeviceMetricProvider(registry, parameters, pages, resources, bundles, visibility)));
        registerProvider(new WindowOperations(
                registry,
                new Windows(readings),
                new LastN(registry, readings, waveforms, kept, visibility),
                new Stats(readings, kept, visibility),
                search,
                visibility,
                clock));
        setServerConformanceProvider(new Capability(clock.instant(), rooms.served()));
        setServerName("Fieldward");
        setDefaultResponseEncoding(EncodingEnum.JSON);
        setDefaultPrettyPrint(false);
        registerInterceptor(new Failures());
        registerInterceptor(new Totals());
    }

    /** What clients wrote comes back as they wrote it. */
    private static FhirContext context() {
        FhirContext context = FhirContext.forR4Cached();
        context.getParserOptions().setStripVersionsFromReferences(false);
        context.getParserOptions().setOverrideResourceIdWithBundleEntryFullUrl(false);
        return context;
    }

    /** What the API serves, for its description. */
    public List<Served> served() {
        return rooms.served();
    }

    @Override
    public BaseMethodBinding determineResourceMethod(RequestDetails request, String path) {
        var exchange = (ServletRequestDetails) request;
        Target target = Target.parse(exchange.getServletRequest().getMethod(), path);
        if (isPastProof(target)) {
            return new Door(getFhirContext(), call -> rooms.admit(call, this::proof));
        }
        if (target.is("metadata") || isMade(target, request.getParameters().get("target"))) {
            return super.determineResourceMethod(request, path);
        }
        if (isPast(target)) {
            return new Door(getFhirContext(), call -> rooms.admit(call, this::past));
        }
        return new Door(
                getFhirContext(),
                call -> isOfPatient(target)
                        ? rooms.admit(call, inner -> made(exchange, inner))
                        : rooms.answer(call, inner -> isMade(inner), inner -> made(exchange, inner)));
    }

    /** Whether it asks what an Observation of a reading was before. */
    private boolean isPast(Target target) {
        return target.type().equals("Observation")
                && target.interaction() == Interaction.HISTORY
                && target.id().filter(observations::isMade).isPresent();
    }

    /** Whether the proof of one version of an Observation of a reading is asked. */
    private boolean isPastProof(Target target) {
        return target.is("$proof")
                && target.version().isPresent()
                && target.type().equals("Observation")
                && target.id().filter(observations::isMade).isPresent();
    }

    private Answer proof(Call call) {
        Observed version = call.target()
                .versionNumber()
                .flatMap(number -> observations.reading(call.target().id().orElseThrow(), number, call.sight()))
                .orElseThrow(() -> Refusal.missing("there is no such version"));
        return Proving.file(proofs.proof(
                        version.commitmentBatch(), version.commitmentPosition(), version.bytes(), version.salt()))
                .about(Set.of(version.record().getPatient()));
    }

    private Answer past(Call call) {
        String id = call.target().id().orElseThrow();
        return Answer.of(200, bundles.history(call.base(), id, observations.history(id, call.sight())));
    }

    /** Whether a patient's Observations are searched as {@code Patient/17/Observation}. */
    private static boolean isOfPatient(Target target) {
        return target.type().equals("Patient")
                && target.interaction() == Interaction.SEARCH
                && target.within().filter("Observation"::equals).isPresent();
    }

    private boolean isMade(Call call) {
        List<String> target = call.parameters().getOrDefault("target", List.of());
        return isOfPatient(call.target()) || isMade(call.target(), target.toArray(String[]::new));
    }

    /**
     * Whether it is read out of what devices measured.
     *
     * @param about what a Provenance is looked for of
     */
    private boolean isMade(Target target, String @Nullable [] about) {
        return switch (target.type()) {
            case "DeviceMetric" -> true;
            case "Observation" ->
                switch (target.interaction()) {
                    case READ, VREAD -> target.id().filter(observations::isMade).isPresent();
                    case SEARCH -> target.within().isEmpty();
                    case OPERATION ->
                        !target.is("$validate")
                                && (!target.is("$proof")
                                        || target.id()
                                                .filter(observations::isMade)
                                                .isPresent());
                    case HISTORY, CREATE, UPDATE, PATCH, DELETE, BATCH, CAPABILITIES -> false;
                };
            case "Provenance" ->
                switch (target.interaction()) {
                    case READ -> target.id().filter(observations::isProvenance).isPresent();
                    case SEARCH ->
                        about != null
                                && about.length == 1
                                && observations.isMade(about[0].substring(about[0].lastIndexOf('/') + 1));
                    case VREAD, HISTORY, CREATE, UPDATE, PATCH, DELETE, OPERATION, BATCH, CAPABILITIES -> false;
                };
            default -> false;
        };
    }

    /** Why an id cannot be written: it stands for what a device measured. */
    private Optional<String> reserved(String type, String id) {
        boolean reserved = switch (type) {
            case "Observation" -> observations.isMade(id);
            case "Provenance" -> observations.isProvenance(id);
            default -> false;
        };
        return reserved ? Optional.of(Observations.NOT_WRITTEN) : Optional.empty();
    }

    /** Answers a request within a Bundle by the provider that would have answered it alone. */
    private Answer made(ServletRequestDetails outer, Call call) {
        if (call.target().interaction() != Interaction.READ && call.target().interaction() != Interaction.SEARCH) {
            throw Refusal.notAllowed("method", "only reads and searches of this type can stand in a Bundle");
        }
        var inner = new ServletSubRequestDetails(outer);
        var parameters = new TreeMap<>(call.parameters());
        String path =
                call.target().type() + call.target().id().map(id -> "/" + id).orElse("");
        if (isOfPatient(call.target())) {
            path = "Observation";
            parameters.merge(
                    "patient",
                    List.of(call.target().id().orElseThrow()),
                    (asked, own) -> Stream.concat(asked.stream(), own.stream()).toList());
        }
        inner.setRequestType(RequestTypeEnum.GET);
        inner.setServletRequest(outer.getServletRequest());
        inner.setServletResponse(outer.getServletResponse());
        inner.setServer(this);
        inner.setParameters(parameters.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().toArray(String[]::new))));
        inner.setFhirServerBase(call.base());
        inner.setCompleteUrl(call.base() + "/" + path);
        inner.setRequestPath(path);
        populateRequestDetailsFromRequestPath(inner, path);
        if (super.determineResourceMethod(inner, path) instanceof BaseResourceReturningMethodBinding method
                && method.doInvokeServer(this, inner) instanceof Resource resource) {
            return Answer.of(200, resource);
        }
        throw Refusal.missing("there is nothing at this address");
    }

    /** Loads FHIR's definitions, which takes seconds; to be called beside other work of the start. */
    public static void loadDefinitions() {
        FhirContext context = FhirContext.forR4Cached();
        for (String type : List.of("Observation", "Patient", "Device", "DeviceMetric", "Bundle", "OperationOutcome")) {
            context.getResourceDefinition(type);
        }
        ProfileCheck.shared().load();
    }

    /**
     * HAPI counts what is on the page and calls it the total; of what is not counted there is none. And the audit hears whose
     * data is answered.
     */
    @Interceptor
    public static final class Totals {

        @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
        public void correct(IBaseResource answer, HttpServletRequest request) {
            Concerned.note(request, answer);
            if (answer instanceof Bundle bundle && bundle.getUserData(Bundles.UNCOUNTED) != null) {
                bundle.setTotalElement(null);
            }
        }
    }

    /** An unexpected failure is told to nobody but the log, and there without its message: it may hold patient data. */
    @Interceptor
    public static final class Failures {

        @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
        public BaseServerResponseException hide(Throwable failure) {
            if (failure instanceof BaseServerResponseException known && known.getStatusCode() < 500) {
                return known;
            }
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            StackTraceElement[] trace = cause.getStackTrace();
            LOG.error(
                    "a FHIR request failed: {} at {}",
                    cause.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
            return new InternalErrorException("the server could not answer this");
        }
    }
}
