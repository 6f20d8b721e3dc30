package org.fieldward.core.webhook.translation;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fieldward.core.webhook.hl7.Segment;
import org.fieldward.core.webhook.hl7.Value;
import org.fieldward.core.webhook.wording.Sheet;
import org.fieldward.core.webhook.wording.Types;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Observation.ObservationReferenceRangeComponent;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.TimeType;
import org.hl7.fhir.r4.model.Type;

/** OBX-5 by OBX-2: what was found. */
final class ObservedValue {

    private static final Pattern RANGE = Pattern.compile("([0-9.]+)\\s*-\\s*([0-9.]+)");
    private static final Pattern LIMIT = Pattern.compile("([<>]=?)\\s*([0-9.]+)");

    private final Sheet sheet;
    private final Types types;

    ObservedValue(Sheet sheet, Types types) {
        this.sheet = sheet;
        this.types = types;
    }

    static boolean isDocument(Segment obx) {
        return obx.text(2).equals("ED") || obx.text(2).equals("RP");
    }

    private static boolean isText(String kind) {
        return List.of("TX", "FT", "ST").contains(kind);
    }

    /** One for each repetition; the lines of a text are one. */
    List<Type> all(Segment obx) {
        List<Value> values =
                obx.all(5).stream().filter(value -> !value.isEmpty()).toList();
        String kind = obx.text(2).toUpperCase(Locale.ROOT);
        if (isText(kind) && !values.isEmpty()) {
            return List.of(new StringType(values.stream().map(Value::whole).collect(Collectors.joining("\n"))));
        }
        return values.stream()
                .map(value -> one(obx, kind, value))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Type> one(Segment obx, String kind, Value value) {
        String unit = unit(obx);
        String unitSystem = obx.text(6, 3);
        return switch (kind) {
            case "NM" -> number(obx, value.text(), unit, unitSystem);
            case "CQ" -> number(obx, value.text(1), value.at(2).text().isEmpty() ? unit : value.text(2), "");
            case "SN" -> structured(value, unit, unitSystem);
            case "CE", "CWE", "CNE", "CF", "CD" -> types.concept(value).map(Type.class::cast);
            case "ID", "IS" -> Optional.of(new StringType(value.whole()));
            case "TS", "DT", "DTM" ->
                sheet.time(obx, 5, value.text())
                        .map(Type.class::cast)
                        .or(() -> Optional.of(new StringType(value.whole())));
            case "TM" -> time(value.text()).map(Type.class::cast).or(() -> Optional.of(new StringType(value.whole())));
            case "DR" -> types.period(value.text(1), value.text(2)).map(Type.class::cast);
            case "NR" -> range(value.text(1), value.text(2), unit, unitSystem).map(Type.class::cast);
            default -> Optional.of(new StringType(readable(value)));
        };
    }

    /** Structured values that we have no better form for, without their separators. */
    private static String readable(Value value) {
        var text = new StringBuilder();
        for (int i = 1; i <= 12; i++) {
            String part = value.at(i).whole();
            text.append(text.isEmpty() || part.isEmpty() ? "" : " ").append(part);
        }
        return text.toString();
    }

    private Optional<Type> number(Segment obx, String said, String unit, String unitSystem) {
        Optional<Type> number = Types.quantity(said, unit, unitSystem).map(Type.class::cast);
        if (number.isEmpty()) {
            sheet.remark(obx.place(5), "must be a number where OBX-2 is NM; kept as text");
            return Optional.of(new StringType(said));
        }
        return number;
    }

    /** OBX-6: its code, or its text where there is no code. */
    private static String unit(Segment obx) {
        return obx.at(6).some(1).or(() -> obx.at(6).some(2)).orElse("");
    }

    /** SN: comparator, number, separator, number (HL7 v2.8 section 2A.2.68). */
    private static Optional<Type> structured(Value value, String unit, String unitSystem) {
        String comparator = value.text(1);
        Optional<Quantity> first = Types.quantity(value.text(2), unit, unitSystem);
        Optional<Quantity> second = Types.quantity(value.text(4), unit, unitSystem);
        String separator = value.text(3);
        if (first.isPresent() && second.isPresent() && separator.equals("-")) {
            return Optional.of(new Range().setLow(first.get()).setHigh(second.get()));
        }
        if (first.isPresent() && second.isPresent() && (separator.equals(":") || separator.equals("/"))) {
            return Optional.of(new Ratio().setNumerator(first.get()).setDenominator(second.get()));
        }
        boolean known = List.of("", "=", "<", "<=", ">", ">=").contains(comparator);
        if (first.isPresent() && known && separator.isEmpty()) {
            if (!comparator.isEmpty() && !comparator.equals("=")) {
                first.get().setComparator(QuantityComparator.fromCode(comparator));
            }
            return Optional.of(first.get());
        }
        return Optional.of(new StringType(comparator + value.text(2) + separator + value.text(4)));
    }

    private static Optional<Range> range(String low, String high, String unit, String unitSystem) {
        var range = new Range();
        Types.quantity(low, unit, unitSystem).ifPresent(range::setLow);
        Types.quantity(high, unit, unitSystem).ifPresent(range::setHigh);
        return range.isEmpty() ? Optional.empty() : Optional.of(range);
    }

    private static Optional<TimeType> time(String said) {
        Matcher matcher = Pattern.compile("([01]\\d|2[0-3])([0-5]\\d)?([0-5]\\d)?(\\.\\d{1,9})?.*")
                .matcher(said);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new TimeType(matcher.group(1) + ":" + or(matcher.group(2)) + ":" + or(matcher.group(3))
                + (matcher.group(4) == null ? "" : matcher.group(4))));
    }

    private static String or(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? "00" : digits;
    }

    /** OBX-7: {@code 70-80}, {@code <5}, {@code >=3}, or words. */
    static Optional<ObservationReferenceRangeComponent> referenceRange(Segment obx) {
        String said = obx.at(7).whole();
        if (said.isEmpty()) {
            return Optional.empty();
        }
        var range = new ObservationReferenceRangeComponent().setText(said);
        String unit = unit(obx);
        String unitSystem = obx.text(6, 3);
        Matcher between = RANGE.matcher(said);
        Matcher limit = LIMIT.matcher(said);
        if (between.matches()) {
            Types.quantity(between.group(1), unit, unitSystem).ifPresent(range::setLow);
            Types.quantity(between.group(2), unit, unitSystem).ifPresent(range::setHigh);
        } else if (limit.matches()) {
            Optional<Quantity> bound = Types.quantity(limit.group(2), unit, unitSystem);
            bound.ifPresent(limit.group(1).startsWith("<") ? range::setHigh : range::setLow);
        }
        return Optional.of(range);
    }

    /** ED with its data, RP with its address, or a text; empty where there is nothing to show. */
    Optional<Attachment> document(Segment obx) {
        Value value = obx.at(5);
        var attachment = new Attachment();
        types.concept(obx.at(3)).map(concept -> concept.getText()).ifPresent(attachment::setTitle);
        switch (obx.text(2)) {
            case "ED" -> {
                attachment.setContentType(contentType(value.text(2), value.text(3)));
                if (!data(obx, attachment, value.text(4), value.at(5).whole())) {
                    return Optional.empty();
                }
            }
            case "RP" -> {
                if (value.text(1).isEmpty()) {
                    return Optional.empty();
                }
                attachment.setContentType(contentType(value.text(3), value.text(4)));
                attachment.setUrl(value.text(1));
            }
            default -> {
                String text = obx.all(5).stream().map(Value::whole).collect(Collectors.joining("\n"));
                if (text.isEmpty()) {
                    return Optional.empty();
                }
                attachment.setContentType("text/plain").setData(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return Optional.of(attachment);
    }

    private boolean data(Segment obx, Attachment attachment, String encoding, String said) {
        if (said.isEmpty()) {
            return false;
        }
        try {
            switch (encoding.toLowerCase(Locale.ROOT)) {
                case "base64" -> attachment.setData(Base64.getMimeDecoder().decode(said));
                case "hex" -> attachment.setData(java.util.HexFormat.of().parseHex(said));
                default -> attachment.setData(said.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            return true;
        } catch (IllegalArgumentException e) {
            sheet.remark(obx.place(5), "must be encoded as its fourth component says");
            return false;
        }
    }

    /** HL7 tables 0191 and 0291 into a media type. */
    private static String contentType(String main, String sub) {
        String type = main.toLowerCase(Locale.ROOT);
        String kind = sub.toLowerCase(Locale.ROOT);
        if (type.contains("/")) {
            return type;
        }
        return switch (kind) {
            case "pdf" -> "application/pdf";
            case "rtf" -> "application/rtf";
            case "html" -> "text/html";
            case "jpeg", "jpg" -> "image/jpeg";
            case "png", "gif", "tiff" -> "image/" + kind;
            case "dicom" -> "application/dicom";
            case "xml", "plain" -> "text/" + kind;
            default -> type.equals("text") || type.equals("tx") ? "text/plain" : "application/octet-stream";
        };
    }
}
