package org.fieldward.core.chart.search;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.search.Parameter.Kind;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.Enumeration;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Timing;
import org.jspecify.annotations.Nullable;

/** R4's datatypes as {@link Value}s, as https://hl7.org/fhir/R4/search.html has them looked at. */
final class Datatypes {

    static final String BOOLEANS = "http://terminology.hl7.org/CodeSystem/special-values";

    private Datatypes() {}

    static List<Value> values(Kind kind, Base element) {
        return switch (kind) {
            case TOKEN -> tokens(element);
            case REFERENCE -> reference(element).<List<Value>>map(List::of).orElse(List.of());
            case DATE -> spans(element);
            case STRING -> strings(element);
            case QUANTITY, NUMBER -> amounts(element);
            case URI -> element.hasPrimitiveValue() ? List.of(new Value.Uri(element.primitiveValue())) : List.of();
            case COMPOSITE -> List.of();
        };
    }

    private static List<Value> tokens(Base element) {
        var tokens = new ArrayList<Value>();
        switch (element) {
            case CodeableConcept concept ->
                concept.getCoding().forEach(coding -> add(tokens, coding.getSystem(), coding.getCode()));
            case Coding coding -> add(tokens, coding.getSystem(), coding.getCode());
            case Identifier identifier -> add(tokens, identifier.getSystem(), identifier.getValue());
            case ContactPoint contact ->
                add(
                        tokens,
                        contact.getSystem() == null ? "" : contact.getSystem().toCode(),
                        contact.getValue());
            case Enumeration<?> code -> add(tokens, code.getSystem(), code.getCode());
            case BooleanType flag -> add(tokens, BOOLEANS, flag.primitiveValue());
            default -> add(tokens, "", element.primitiveValue());
        }
        return tokens;
    }

    private static void add(List<Value> tokens, @Nullable String system, @Nullable String code) {
        if (code != null && !code.isEmpty()) {
            tokens.add(new Value.Token(system == null ? "" : system, code));
        } else if (system != null && !system.isEmpty() && code == null) {
            tokens.add(new Value.Token(system, ""));
        }
    }

    /** What {@code :text} looks at. */
    static List<Value> texts(Base element) {
        var texts = new ArrayList<Value>();
        switch (element) {
            case CodeableConcept concept -> {
                text(texts, concept.getText());
                concept.getCoding().forEach(coding -> text(texts, coding.getDisplay()));
            }
            case Coding coding -> text(texts, coding.getDisplay());
            case Identifier identifier -> text(texts, identifier.getType().getText());
            default -> {}
        }
        return texts;
    }

    private static void text(List<Value> texts, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            texts.add(Value.Text.of(text));
        }
    }

    /** What {@code :of-type} looks at: the system of the type, and its code with the value behind it. */
    static List<Value> ofType(Base element) {
        var tokens = new ArrayList<Value>();
        if (element instanceof Identifier identifier && identifier.hasValue()) {
            for (Coding coding : identifier.getType().getCoding()) {
                add(tokens, coding.getSystem(), coding.getCode() + "|" + identifier.getValue());
            }
        }
        return tokens;
    }

    /** What {@code :identifier} of a reference looks at. */
    static List<Value> identifiers(Base element) {
        return element instanceof Reference reference && reference.hasIdentifier()
                ? tokens(reference.getIdentifier())
                : List.of();
    }

    private static Optional<Value> reference(Base element) {
        if (element instanceof Reference reference) {
            return reference.hasReference() ? reference(reference.getReferenceElement()) : Optional.empty();
        }
        return element.hasPrimitiveValue()
                ? Optional.of(new Value.Reference("", "", element.primitiveValue()))
                : Optional.empty();
    }

    private static Optional<Value> reference(IIdType id) {
        if (id.isLocal()) {
            return Optional.empty();
        }
        if (id.isAbsolute() || !id.hasResourceType() || !id.hasIdPart() || !Key.isId(id.getIdPart())) {
            return Optional.of(new Value.Reference("", "", id.toVersionless().getValue()));
        }
        return Optional.of(new Value.Reference(id.getResourceType(), id.getIdPart(), ""));
    }

    private static List<Value> spans(Base element) {
        var spans = new ArrayList<Value>();
        switch (element) {
            case BaseDateTimeType time -> span(time).ifPresent(spans::add);
            case Period period -> period(period).ifPresent(spans::add);
            case Timing timing -> {
                timing.getEvent().forEach(event -> span(event).ifPresent(spans::add));
                if (timing.getRepeat().getBounds() instanceof Period bounds) {
                    period(bounds).ifPresent(spans::add);
                }
            }
            default -> {}
        }
        return spans;
    }

    private static Optional<Value> period(Period period) {
        Optional<Value.Span> start = span(period.getStartElement());
        Optional<Value.Span> end = span(period.getEndElement());
        return start.isEmpty() && end.isEmpty()
                ? Optional.empty()
                : Optional.of(new Value.Span(
                        start.map(Value.Span::low).orElse(Long.MIN_VALUE),
                        end.map(Value.Span::high).orElse(Long.MAX_VALUE)));
    }

    /** Days, months and years are those of UTC, in a search as well. */
    private static Optional<Value.Span> span(BaseDateTimeType time) {
        if (!time.hasValue()) {
            return Optional.empty();
        }
        long exact = time.getValue().getTime();
        return Optional.of(
                switch (time.getPrecision()) {
                    case YEAR -> days(LocalDate.of(time.getYear(), 1, 1), ChronoUnit.YEARS);
                    case MONTH -> days(LocalDate.of(time.getYear(), time.getMonth() + 1, 1), ChronoUnit.MONTHS);
                    case DAY -> days(LocalDate.of(time.getYear(), time.getMonth() + 1, time.getDay()), ChronoUnit.DAYS);
                    case MINUTE -> new Value.Span(exact, exact + 60_000);
                    case SECOND -> new Value.Span(exact, exact + 1_000);
                    case MILLI -> new Value.Span(exact, exact + 1);
                });
    }

    static Value.Span days(LocalDate first, ChronoUnit length) {
        return new Value.Span(millis(first), millis(first.plus(1, length)));
    }

    private static long millis(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private static List<Value> strings(Base element) {
        var texts = new ArrayList<Value>();
        switch (element) {
            case HumanName name -> {
                text(texts, name.getText());
                text(texts, name.getFamily());
                every(texts, name.getGiven());
                every(texts, name.getPrefix());
                every(texts, name.getSuffix());
            }
            case Address address -> {
                text(texts, address.getText());
                every(texts, address.getLine());
                text(texts, address.getCity());
                text(texts, address.getDistrict());
                text(texts, address.getState());
                text(texts, address.getPostalCode());
                text(texts, address.getCountry());
            }
            default -> text(texts, element.primitiveValue());
        }
        return texts;
    }

    private static void every(List<Value> texts, List<StringType> parts) {
        parts.forEach(part -> text(texts, part.getValue()));
    }

    private static List<Value> amounts(Base element) {
        if (element instanceof Quantity quantity && quantity.hasValue()) {
            double value = quantity.getValue().doubleValue();
            Quantity.QuantityComparator comparator = quantity.getComparator();
            boolean below = comparator == Quantity.QuantityComparator.LESS_THAN
                    || comparator == Quantity.QuantityComparator.LESS_OR_EQUAL;
            boolean above = comparator == Quantity.QuantityComparator.GREATER_THAN
                    || comparator == Quantity.QuantityComparator.GREATER_OR_EQUAL;
            return List.of(amount(
                    below ? Double.NEGATIVE_INFINITY : value, above ? Double.POSITIVE_INFINITY : value, quantity));
        }
        if (element instanceof Range range && (range.hasLow() || range.hasHigh())) {
            BigDecimal low = range.getLow().getValue();
            BigDecimal high = range.getHigh().getValue();
            return List.of(amount(
                    low == null ? Double.NEGATIVE_INFINITY : low.doubleValue(),
                    high == null ? Double.POSITIVE_INFINITY : high.doubleValue(),
                    range.hasLow() ? range.getLow() : range.getHigh()));
        }
        String number = element.isPrimitive() ? element.primitiveValue() : null;
        if (number != null) {
            double value = new BigDecimal(number).doubleValue();
            return List.of(new Value.Amount(value, value, "", "", ""));
        }
        return List.of();
    }

    private static Value.Amount amount(double low, double high, Quantity unit) {
        return new Value.Amount(
                low,
                high,
                Optional.ofNullable(unit.getSystem()).orElse(""),
                Optional.ofNullable(unit.getCode()).orElse(""),
                Optional.ofNullable(unit.getUnit()).orElse(""));
    }
}
