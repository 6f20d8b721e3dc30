package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import java.time.InstantSource;
import java.util.List;
import org.fieldward.core.distribution.observe.Belonging;
import org.fieldward.core.distribution.observe.Observations;
import org.fieldward.core.distribution.observe.OneSearch;
import org.fieldward.core.distribution.observe.Past;
import org.fieldward.core.distribution.observe.Kept;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.DeviceParameters;
import org.fieldward.core.distribution.search.RegistryPages;
import org.fieldward.core.distribution.stats.LastN;
import org.fieldward.core.distribution.stats.Stats;
import org.fieldward.core.distribution.window.Windows;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.observation.Gaps;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HAPI's server with our providers, to read and search. */
public final class FhirServlet extends RestfulServer {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(FhirServlet.class);

    public FhirServlet(
            Registry registry,
            Readings readings,
            Waveforms waveforms,
            Gaps gaps,
            ProofFiles proofs,
            Kept stored,
            Belonging belonging,
            Cursors cursors,
            InstantSource clock) {
        super(FhirContext.forR4Cached());
        var resources = new ResourceMaker();
        var bundles = new Bundles(cursors, clock);
        var parameters = new DeviceParameters(readings);
        var pages = new RegistryPages(registry, parameters);
        var visibility = new Visibility(registry, belonging);
        var past = new Past(registry, readings, waveforms, visibility);
        var search = new OneSearch(registry, readings, waveforms, stored, visibility, past);
        setResourceProviders(List.of(
                new ObservationProvider(
                        new Observations(registry, stored, past),
                        search,
                        proofs,
                        bundles,
                        new GapObservations(gaps, registry, visibility, clock)),
                new ProvenanceProvider(past),
                new PatientProvider(registry, pages, resources, bundles),
                new DeviceProvider(registry, pages, resources, bundles),
                new DeviceMetricProvider(registry, parameters, pages, resources, bundles)));
        registerProvider(new WindowOperations(
                registry,
                new Windows(readings),
                new LastN(registry, readings, waveforms, stored, visibility),
                new Stats(readings, stored, visibility),
                search,
                visibility,
                clock));
        setServerConformanceProvider(new Capability(clock.instant()));
        setServerName("Fieldward");
        setDefaultResponseEncoding(EncodingEnum.JSON);
        setDefaultPrettyPrint(false);
        registerInterceptor(new Failures());
        registerInterceptor(new Totals());
    }

    /** Loads FHIR's definitions, which takes seconds; to be called beside other work of the start. */
    public static void loadDefinitions() {
        FhirContext context = FhirContext.forR4Cached();
        for (String type : List.of("Observation", "Patient", "Device", "DeviceMetric", "Bundle", "OperationOutcome")) {
            context.getResourceDefinition(type);
        }
    }

    /** HAPI counts what is on the page and calls it the total; of what is not counted there is none. */
    @Interceptor
    public static final class Totals {

        @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
        public void correct(IBaseResource answer) {
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
