package org.fieldward.core.webhook.fhir;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Key;
import org.fieldward.core.webhook.filing.Conditions;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Identity;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.filing.RefusedException.Reason;
import org.fieldward.core.webhook.wording.Origin;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.Resource;

/**
 * What a resource or a Bundle says. A transaction or batch does what its requests say; of any other Bundle each resource is
 * stored under its own id, or where one with its identifier is known, in that one's place. All of it or nothing. Pure.
 */
public final class FhirMatter {

    private static final Set<String> NOT_KEPT =
            Set.of("MessageHeader", "OperationOutcome", "Parameters", "CapabilityStatement");
    private static final int MAX_ENTRIES = 5_000;

    private final Origin origin;
    private final List<Draft> drafts = new ArrayList<>();
    private final List<Key> deleted = new ArrayList<>();

    private FhirMatter(Origin origin) {
        this.origin = origin;
    }

    /** @throws RefusedException if the bytes are no resource, or ask what is not done here */
    public static Matter of(byte[] bytes, Origin origin) {
        return of(Strict.resource(bytes), origin);
    }

    public static Matter of(Resource resource, Origin origin) {
        return new FhirMatter(origin).read(resource);
    }

    private Matter read(Resource resource) {
        if (resource instanceof Bundle bundle) {
            return bundle(bundle);
        }
        if (NOT_KEPT.contains(resource.fhirType())) {
            throw new RefusedException(Reason.AGAINST_RULES, "$.resourceType", "must be a type that is stored");
        }
        store(resource, "");
        return new Matter(Optional.empty(), resource.fhirType(), drafts, deleted, List.of(), List.of());
    }

    private Matter bundle(Bundle bundle) {
        if (bundle.getEntry().size() > MAX_ENTRIES) {
            throw new RefusedException(
                    Reason.AGAINST_RULES, "Bundle.entry", "must be at most " + MAX_ENTRIES + " times there");
        }
        boolean asks = bundle.getType() == BundleType.TRANSACTION || bundle.getType() == BundleType.BATCH;
        for (int i = 0; i < bundle.getEntry().size(); i++) {
            BundleEntryComponent entry = bundle.getEntry().get(i);
            String place = "Bundle.entry[" + i + "]";
            if (asks) {
                request(entry, place);
            } else if (entry.hasResource()
                    && !NOT_KEPT.contains(entry.getResource().fhirType())) {
                store(entry.getResource(), text(entry.getFullUrl()));
            }
        }
        Optional<MessageHeader> header = bundle.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(MessageHeader.class::isInstance)
                .map(MessageHeader.class::cast)
                .findFirst();
        return new Matter(
                control(bundle, header),
                "Bundle",
                drafts,
                deleted,
                header.map(message -> Events.of(message, bundle, drafts, origin))
                        .orElse(List.of()),
                List.of());
    }

    private static Optional<String> control(Bundle bundle, Optional<MessageHeader> header) {
        if (bundle.hasIdentifier() && bundle.getIdentifier().hasValue()) {
            return Optional.of(text(bundle.getIdentifier().getSystem()) + "|"
                    + bundle.getIdentifier().getValue());
        }
        return header.map(message -> text(message.getIdElement().getIdPart())).filter(id -> !id.isEmpty());
    }

    private void store(Resource resource, String fullUrl) {
        Optional<Key> key = key(resource, resource.fhirType());
        var identity = new Identity(key, identifiers(resource), Optional.empty(), Optional.empty());
        drafts.add(Draft.whole(names(fullUrl, key), resource, identity));
    }

    private Set<String> names(String fullUrl, Optional<Key> key) {
        var names = new LinkedHashSet<String>();
        if (!fullUrl.isEmpty()) {
            names.add(fullUrl);
        }
        key.ifPresent(known -> names.add(known.toString()));
        if (names.isEmpty()) {
            names.add("urn:fieldward:draft:" + drafts.size());
        }
        return names;
    }

    private static Optional<Key> key(Resource resource, String place) {
        String id = text(resource.getIdElement().getIdPart());
        if (id.isEmpty() || id.startsWith("urn:")) {
            return Optional.empty();
        }
        if (!Key.isId(id)) {
            throw new RefusedException(Reason.AGAINST_RULES, place + ".id", "must be 1 to 64 of A-Z a-z 0-9 . -");
        }
        return Optional.of(new Key(resource.fhirType(), id));
    }

    private static List<Identifier> identifiers(Resource resource) {
        return resource instanceof DomainResource known
                ? known.children().stream()
                        .filter(child -> child.getName().equals("identifier"))
                        .flatMap(child -> child.getValues().stream())
                        .filter(Identifier.class::isInstance)
                        .map(Identifier.class::cast)
                        .filter(identifier -> identifier.hasSystem() && identifier.hasValue())
                        .toList()
                : List.of();
    }

    private void request(BundleEntryComponent entry, String place) {
        String url = text(entry.getRequest().getUrl());
        switch (text(entry.getRequest().getMethodElement().getValueAsString())) {
            case "POST" -> post(entry, place);
            case "PUT" -> put(entry, place, url);
            case "DELETE" -> deleted.add(named(url, place));
            default ->
                throw new RefusedException(
                        Reason.AGAINST_RULES, place + ".request.method", "must be POST, PUT or DELETE");
        }
    }

    private static Resource resource(BundleEntryComponent entry, String place) {
        if (!entry.hasResource() || NOT_KEPT.contains(entry.getResource().fhirType())) {
            throw new RefusedException(
                    Reason.AGAINST_RULES, place + ".resource", "must be there, of a type that is stored");
        }
        return entry.getResource();
    }

    private void post(BundleEntryComponent entry, String place) {
        Resource resource = resource(entry, place);
        Optional<Key> key = key(resource, place + ".resource");
        Set<String> names = names(text(entry.getFullUrl()), key);
        String condition = text(entry.getRequest().getIfNoneExist());
        if (condition.isEmpty()) {
            drafts.add(Draft.whole(names, resource, Identity.fresh()));
        } else {
            drafts.add(
                    Draft.ifNone(names, resource, Identity.of(Conditions.read(resource.fhirType(), query(condition)))));
        }
    }

    private void put(BundleEntryComponent entry, String place, String url) {
        Resource resource = resource(entry, place);
        String fullUrl = text(entry.getFullUrl());
        int mark = url.indexOf('?');
        if (mark < 0) {
            Key key = named(url, place);
            if (!key.type().equals(resource.fhirType())) {
                throw new RefusedException(
                        Reason.AGAINST_RULES, place + ".request.url", "must name the type of the resource");
            }
            drafts.add(Draft.whole(
                    names(fullUrl, Optional.of(key)),
                    resource,
                    new Identity(Optional.of(key), List.of(), Optional.empty(), Optional.empty())));
        } else {
            Optional<Key> key = key(resource, place + ".resource");
            drafts.add(Draft.whole(
                    names(fullUrl, key),
                    resource,
                    Identity.of(Conditions.read(resource.fhirType(), url.substring(mark + 1)))));
        }
    }

    private static String query(String condition) {
        int mark = condition.indexOf('?');
        return mark < 0 ? condition : condition.substring(mark + 1);
    }

    private static Key named(String url, String place) {
        String[] parts = url.split("/");
        if (parts.length != 2 || !parts[0].matches("[A-Z][A-Za-z]{1,40}") || !Key.isId(parts[1])) {
            throw new RefusedException(Reason.AGAINST_RULES, place + ".request.url", "must be TYPE/ID");
        }
        return new Key(parts[0], parts[1]);
    }

    static String text(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
