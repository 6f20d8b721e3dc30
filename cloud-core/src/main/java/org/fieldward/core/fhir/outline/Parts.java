package org.fieldward.core.fhir.outline;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What may stand in an element, by R4's model. Thread-safe. */
final class Parts {

    /** {@code Reference.reference}, a string by its type, is not like other strings. */
    static final String POINTER = "pointer";

    /** What a name in JSON stands for. */
    sealed interface Part {
        record Primitive(String type) implements Part {}

        record Composite(BaseRuntimeElementCompositeDefinition<?> definition) implements Part {}

        record Contained() implements Part {}

        record Narrative() implements Part {}
    }

    private final FhirContext context;
    private final Part extension;
    private final Map<Class<?>, Map<String, Optional<Part>>> known = new ConcurrentHashMap<>();

    Parts(FhirContext context) {
        this.context = context;
        extension = new Part.Composite((BaseRuntimeElementCompositeDefinition<?>)
                Objects.requireNonNull(context.getElementDefinition("Extension")));
    }

    Optional<BaseRuntimeElementCompositeDefinition<?>> resource(String type) {
        return Optional.of(context.getResourceDefinition(type));
    }

    /** Empty where there is no such name. */
    Optional<Part> of(BaseRuntimeElementCompositeDefinition<?> holder, String name) {
        return known.computeIfAbsent(holder.getImplementingClass(), type -> new ConcurrentHashMap<>())
                .computeIfAbsent(name, unseen -> find(holder, unseen));
    }

    private Optional<Part> find(BaseRuntimeElementCompositeDefinition<?> holder, String name) {
        if (name.equals("extension") || name.equals("modifierExtension")) {
            return Optional.of(extension);
        }
        if (name.equals("contained")) {
            return Optional.of(new Part.Contained());
        }
        if (name.equals("reference") && holder.getName().equals("Reference")) {
            return Optional.of(new Part.Primitive(POINTER));
        }
        BaseRuntimeChildDefinition child = holder.getChildByName(name);
        if (child == null) {
            return Optional.empty();
        }
        BaseRuntimeElementDefinition<?> element = child.getChildByName(name);
        if (element == null) {
            return Optional.empty();
        }
        return switch (element.getChildType()) {
            case PRIMITIVE_DATATYPE, ID_DATATYPE -> Optional.of(new Part.Primitive(element.getName()));
            case PRIMITIVE_XHTML, PRIMITIVE_XHTML_HL7ORG -> Optional.of(new Part.Narrative());
            case COMPOSITE_DATATYPE, RESOURCE_BLOCK ->
                Optional.of(new Part.Composite((BaseRuntimeElementCompositeDefinition<?>) element));
            case CONTAINED_RESOURCES, CONTAINED_RESOURCE_LIST, EXTENSION_DECLARED, RESOURCE, UNDECL_EXT ->
                Optional.empty();
        };
    }
}
