package org.fieldward.core.distribution.rest.store;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.fieldward.core.chart.Key;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.UriType;

/** Finds every reference in a resource, also within extensions and contained resources. */
public final class References {

    /** A place that names a resource. */
    public interface Named {
        String text();

        /** Whether it is a Reference, not just a uri that may name something. */
        boolean isReference();

        void become(String text);
    }

    private References() {}

    /** @param visitor gets the reference and its place, such as {@code Observation.subject} */
    public static void visit(Resource resource, BiConsumer<Named, String> visitor) {
        visit(resource, resource.fhirType(), visitor);
    }

    private static void visit(Base base, String place, BiConsumer<Named, String> visitor) {
        if (base instanceof Reference reference && reference.hasReference()) {
            visitor.accept(new OfReference(reference), place);
        } else if (base instanceof UriType uri && !(base instanceof CanonicalType) && uri.hasValue()) {
            // A url or uri may name an entry of the same Bundle (https://hl7.org/fhir/R4/http.html#trules).
            visitor.accept(new OfUri(uri), place);
        }
        for (Property property : base.children()) {
            int i = 0;
            for (Base child : property.getValues()) {
                if (child != null) {
                    String name = place + "." + property.getName().replace("[x]", "");
                    visit(child, property.isList() ? name + "[" + i + "]" : name, visitor);
                }
                i++;
            }
        }
    }

    /**
     * Makes every reference of a Bundle mere text again: the parser ties those between entries to the resources, and
     * whoever writes one entry would then write the other into it.
     */
    static void untie(Resource bundle) {
        visit(bundle, (named, place) -> {
            if (named instanceof OfReference tied && !tied.text().startsWith("#")) {
                tied.become(tied.text());
            }
        });
    }

    /** What it refers to on this server. */
    public static Set<Key> local(Resource resource, String base) {
        var keys = new LinkedHashSet<Key>();
        visit(resource, (named, place) -> {
            if (named.isReference()) {
                key(named.text(), base).ifPresent(keys::add);
            }
        });
        return keys;
    }

    private static Optional<Key> key(String text, String base) {
        String relative = text.startsWith(base + "/") ? text.substring(base.length() + 1) : text;
        String[] part = relative.split("/");
        boolean plain = part.length == 2 || part.length == 4 && part[2].equals("_history");
        return plain && part[0].matches("[A-Z][A-Za-z]+") && Key.isId(part[1])
                ? Optional.of(new Key(part[0], part[1]))
                : Optional.empty();
    }

    private record OfReference(Reference reference) implements Named {

        @Override
        public String text() {
            return reference.getReference();
        }

        @Override
        public boolean isReference() {
            return true;
        }

        @Override
        public void become(String text) {
            reference.setResource(null);
            reference.setReference(text);
        }
    }

    private record OfUri(UriType uri) implements Named {

        @Override
        public String text() {
            return uri.getValue();
        }

        @Override
        public boolean isReference() {
            return false;
        }

        @Override
        public void become(String text) {
            uri.setValue(text);
        }
    }
}
