package org.fieldward.core.distribution.subscription;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.source.Contents.Content;
import org.fieldward.core.distribution.source.Subject;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;

/**
 * Notification bundles of the R4 backport
 * (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html).
 * Immutable.
 */
public final class Notifications {

    private static final String STATUS = Wish.BACKPORT + "backport-subscription-status-r4";
    private static final String NOTIFICATION = Wish.BACKPORT + "backport-subscription-notification-r4";

    /** What a notification says about its Subscription. */
    record About(String id, Optional<String> topic, String status, String type, long events, String error) {}

    /** An event and what may be seen of it. */
    record Told(Event event, Content content) {}

    private final String base;

    /** @param base of absolute addresses of resources, without a slash at the end */
    public Notifications(String base) {
        this.base = base;
    }

    String base() {
        return base;
    }

    Bundle bundle(About about, List<Told> told, Wish.Content content, Instant now) {
        var bundle = new Bundle();
        bundle.getMeta().addProfile(NOTIFICATION);
        bundle.setType(BundleType.HISTORY);
        bundle.setTimestamp(Date.from(now));
        Parameters status = status(about, content != Wish.Content.EMPTY);
        for (Told one : told) {
            status.addParameter(event(one, content));
        }
        BundleEntryComponent first = bundle.addEntry();
        first.setFullUrl("urn:uuid:" + status.getId());
        first.setResource(status);
        first.getRequest().setMethod(HTTPVerb.GET).setUrl(base + "/Subscription/" + about.id() + "/$status");
        first.getResponse().setStatus("200");
        if (content == Wish.Content.FULL) {
            told.forEach(one -> addResource(bundle, one));
        }
        return bundle;
    }

    Parameters status(About about, boolean withTopic) {
        var parameters = new Parameters();
        String seed = about.id() + about.type() + about.events() + about.status();
        parameters.setId(
                UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8)).toString());
        parameters.getMeta().addProfile(STATUS);
        parameters.addParameter().setName("subscription").setValue(new Reference(base + "/Subscription/" + about.id()));
        if (withTopic) {
            about.topic()
                    .ifPresent(
                            topic -> parameters.addParameter().setName("topic").setValue(new CanonicalType(topic)));
        }
        parameters.addParameter().setName("status").setValue(new CodeType(about.status()));
        parameters.addParameter().setName("type").setValue(new CodeType(about.type()));
        parameters
                .addParameter()
                .setName("events-since-subscription-start")
                .setValue(new StringType(Long.toString(about.events())));
        if (!about.error().isEmpty()) {
            parameters.addParameter().setName("error").setValue(new CodeableConcept().setText(about.error()));
        }
        return parameters;
    }

    private ParametersParameterComponent event(Told told, Wish.Content content) {
        var event = new ParametersParameterComponent();
        event.setName("notification-event");
        event.addPart()
                .setName("event-number")
                .setValue(new StringType(Long.toString(told.event().number())));
        event.addPart()
                .setName("timestamp")
                .setValue(new InstantType(Date.from(told.event().at())));
        // What must not be seen any more is counted, and nothing else is said of it.
        if (content != Wish.Content.EMPTY && !(told.content() instanceof Content.Hidden)) {
            Subject subject = told.event().subject();
            event.addPart().setName("focus").setValue(new Reference(base + "/" + subject.focus()));
            if (subject.word().isOfAlarm()) {
                subject.patient()
                        .ifPresent(patient -> event.addPart()
                                .setName("additional-context")
                                .setValue(new Reference(base + "/Patient/" + patient)));
            }
        }
        return event;
    }

    private void addResource(Bundle bundle, Told told) {
        Subject subject = told.event().subject();
        switch (told.content()) {
            case Content.Seen seen -> {
                Resource resource = seen.resource();
                String id = subject.focus().substring(subject.focus().indexOf('/') + 1);
                BundleEntryComponent entry = bundle.addEntry().setResource(resource);
                if (subject.word().isOfAlarm()) {
                    // It has no address of its own.
                    String name = subject.focus() + subject.place();
                    entry.setFullUrl("urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
                    entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
                } else {
                    entry.setFullUrl(base + "/" + subject.focus());
                    entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(resource.fhirType() + "/" + id);
                }
                entry.getResponse().setStatus(subject.version() <= 1 ? "201" : "200");
            }
            case Content.Gone gone -> {
                BundleEntryComponent entry = bundle.addEntry().setFullUrl(base + "/" + subject.focus());
                entry.getRequest().setMethod(HTTPVerb.DELETE).setUrl(subject.focus());
                entry.getResponse().setStatus("204");
            }
            case Content.Hidden hidden -> {}
        }
    }

    static String json(Resource resource) {
        return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource);
    }
}
