package org.fieldward.core.distribution.rest.patch;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.StringType;

/** Elements of a resource as places that can be filled anew. */
final class Elements {

    /** One named element of a parent, with all its repetitions. */
    interface Place {

        boolean repeats();

        /** Those that are there. */
        List<IBase> values();

        /** Puts these in their place. */
        void values(List<IBase> others);

        /** What belongs there: the type's definition, for a value of that class or, where the type is open, of none other. */
        Optional<BaseRuntimeElementDefinition<?>> type(Class<? extends IBase> of);

        /** What a new element is made with. */
        Optional<Object> argument();
    }

    private final FhirContext context;

    Elements(FhirContext context) {
        this.context = context;
    }

    /** @param name without {@code [x]} or a type; empty where the parent has no such element */
    Optional<Place> place(Base parent, String name) {
        if (parent instanceof PrimitiveType<?> && name.equals("extension")) {
            return Optional.of(new OfPrimitive(parent));
        }
        return context.getElementDefinition(parent.getClass())
                        instanceof BaseRuntimeElementCompositeDefinition<?> composite
                ? Optional.ofNullable(composite.getChildByName(name))
                        .or(() -> Optional.ofNullable(composite.getChildByName(name + "[x]")))
                        .map(child -> new OfComposite(parent, child, name))
                : Optional.empty();
    }

    /** Where this very element is; empty where it is none of the whole. */
    Optional<Place> holder(Base whole, Base value) {
        for (Property property : whole.children()) {
            List<Base> values = property.getValues();
            if (Edit.index(values, value) >= 0) {
                return place(whole, property.getName().replace("[x]", ""));
            }
            for (Base child : values) {
                Optional<Place> found = holder(child, value);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Where the text of a narrative is, for which paths give a copy. */
    Place text(Narrative narrative, Base copy) {
        return new OfNarrative(narrative, copy);
    }

    /** The value that a part carries, as one of the place's type; empty where it cannot be. */
    Optional<IBase> value(Place place, ParametersParameterComponent part) {
        if (part.hasValue()) {
            return typed(place, part.getValue());
        }
        if (part.hasResource()) {
            return Optional.<IBase>of(part.getResource())
                    .filter(resource ->
                            place.type(part.getResource().getClass()).isPresent());
        }
        return part.hasPart() ? built(place, part) : Optional.empty();
    }

    private static Optional<IBase> typed(Place place, IBase value) {
        Optional<BaseRuntimeElementDefinition<?>> type = place.type(value.getClass());
        if (type.isEmpty()
                || type.get().getImplementingClass().isInstance(value)
                        && place.argument().isEmpty()) {
            return type.map(fits -> value);
        }
        IBase made = made(place, type.get());
        if (made instanceof IPrimitiveType<?> primitive && value instanceof IPrimitiveType<?> given) {
            primitive.setValueAsString(given.getValueAsString());
            return Optional.of(made);
        }
        return Optional.empty();
    }

    private static IBase made(Place place, BaseRuntimeElementDefinition<?> type) {
        return place.argument().isPresent() ? type.newInstance(place.argument().get()) : type.newInstance();
    }

    /** What has no type of its own, such as {@code Patient.contact}, comes in parts named as its elements are. */
    private Optional<IBase> built(Place place, ParametersParameterComponent part) {
        Optional<BaseRuntimeElementDefinition<?>> type = place.type(IBase.class);
        if (type.isEmpty() || !(made(place, type.get()) instanceof Base made)) {
            return Optional.empty();
        }
        for (ParametersParameterComponent one : part.getPart()) {
            Optional<Place> target = place(made, one.getName());
            Optional<IBase> value = target.flatMap(there -> value(there, one));
            boolean full = target.filter(
                            there -> !there.repeats() && !there.values().isEmpty())
                    .isPresent();
            if (value.isEmpty() || full) {
                return Optional.empty();
            }
            target.ifPresent(there ->
                    there.values(Edit.with(there.values(), there.values().size(), value.get())));
        }
        return Optional.of(made);
    }

    /** An element that the parent's type has. */
    private record OfComposite(Base parent, BaseRuntimeChildDefinition child, String name) implements Place {

        @Override
        public boolean repeats() {
            return child.isMultipleCardinality();
        }

        @Override
        public List<IBase> values() {
            return List.copyOf(child.getAccessor().getValues(parent));
        }

        @Override
        public void values(List<IBase> others) {
            child.getMutator().setValue(parent, null);
            others.forEach(value -> child.getMutator().addValue(parent, value));
        }

        @Override
        public Optional<BaseRuntimeElementDefinition<?>> type(Class<? extends IBase> of) {
            // The name of a choice, such as value, names no type.
            return Optional.ofNullable(
                    child.getValidChildNames().contains(name)
                            ? child.getChildByName(name)
                            : child.getChildElementDefinitionByDatatype(of));
        }

        @Override
        public Optional<Object> argument() {
            return Optional.ofNullable(child.getInstanceConstructorArguments());
        }
    }

    /** The text of a narrative, which is no element of the model's. */
    private final class OfNarrative implements Place {

        private final Narrative narrative;
        private final Base text;

        OfNarrative(Narrative narrative, Base text) {
            this.narrative = narrative;
            this.text = text;
        }

        @Override
        public boolean repeats() {
            return false;
        }

        @Override
        public List<IBase> values() {
            return List.of(text);
        }

        @Override
        public void values(List<IBase> others) {
            narrative.setDiv(null);
            others.forEach(value -> narrative.setDivAsString(((IPrimitiveType<?>) value).getValueAsString()));
        }

        @Override
        public Optional<BaseRuntimeElementDefinition<?>> type(Class<? extends IBase> of) {
            return Optional.ofNullable(context.getElementDefinition(StringType.class));
        }

        @Override
        public Optional<Object> argument() {
            return Optional.empty();
        }
    }

    /** The extensions of a primitive, which no definition tells of. */
    private final class OfPrimitive implements Place {

        private final Element parent;

        OfPrimitive(Base parent) {
            this.parent = (Element) parent;
        }

        @Override
        public boolean repeats() {
            return true;
        }

        @Override
        public List<IBase> values() {
            return List.copyOf(parent.getExtension());
        }

        @Override
        public void values(List<IBase> others) {
            parent.setExtension(null);
            others.forEach(value -> parent.addExtension((Extension) value));
        }

        @Override
        public Optional<BaseRuntimeElementDefinition<?>> type(Class<? extends IBase> of) {
            return Optional.ofNullable(context.getElementDefinition(Extension.class));
        }

        @Override
        public Optional<Object> argument() {
            return Optional.empty();
        }
    }
}
