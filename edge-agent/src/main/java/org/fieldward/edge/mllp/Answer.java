package org.fieldward.edge.mllp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * An acknowledgement in the original mode (HL7 v2.8 section 2.9.2). {@code AA} says that the gateway holds the message
 * durably, not that the centre has read it. Pure.
 */
final class Answer {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");

    private Answer() {}

    /** @param number of the message at this gateway */
    static byte[] accepted(Header header, Instant now, long number) {
        return bytes(head(Optional.of(header), now, "FWG" + number) + msa(Optional.of(header), "AA"));
    }

    /**
     * Not now, or not like this.
     *
     * @param header empty where it could not be read
     */
    static byte[] rejected(Optional<Header> header, Instant now, String rule) {
        char bar = bar(header);
        char component = component(header);
        String error = String.join(String.valueOf(component), "207", "Application internal error", "HL70357");
        String err = String.join(String.valueOf(bar), "ERR", "", "", error, "E", "", "", "", safe(rule, header));
        return bytes(head(header, now, "FWG" + now.toEpochMilli()) + msa(header, "AR") + err + "\r");
    }

    private static String head(Optional<Header> header, Instant now, String own) {
        String event = header.map(Header::kind)
                .map(kind -> kind.split("\\^"))
                .filter(parts -> parts.length > 1 && parts[1].length() == 3)
                .map(parts -> component(header) + parts[1] + component(header) + "ACK")
                .orElse("");
        return String.join(
                        String.valueOf(bar(header)),
                        "MSH",
                        header.map(one -> one.field(2)).orElse("^~\\&"),
                        field(header, 5),
                        field(header, 6),
                        field(header, 3),
                        field(header, 4),
                        TIME.format(now.atOffset(ZoneOffset.UTC)),
                        "",
                        "ACK" + event,
                        own,
                        Optional.of(field(header, 11))
                                .filter(one -> !one.isEmpty())
                                .orElse("P"),
                        Optional.of(field(header, 12))
                                .filter(one -> !one.isEmpty())
                                .orElse("2.5.1"))
                + "\r";
    }

    private static String msa(Optional<Header> header, String code) {
        return String.join(String.valueOf(bar(header)), "MSA", code, field(header, 10)) + "\r";
    }

    private static String field(Optional<Header> header, int number) {
        return header.map(one -> one.field(number)).orElse("");
    }

    private static char bar(Optional<Header> header) {
        return header.map(Header::bar).orElse('|');
    }

    private static char component(Optional<Header> header) {
        return header.map(Header::component).orElse('^');
    }

    private static String safe(String rule, Optional<Header> header) {
        String separators = bar(header) + header.map(one -> one.field(2)).orElse("^~\\&");
        var text = new StringBuilder();
        rule.chars().forEach(c -> text.append(separators.indexOf(c) >= 0 || c < ' ' ? ' ' : (char) c));
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
