package org.fieldward.core.webhook.hl7;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The answer to a message, in the original mode (HL7 v2.8 section 2.9.2): MSH, MSA and, of a refusal, ERR. */
public record Acknowledgement(Code code, String place, String rule) {

    /** HL7 table 0008. */
    public enum Code {
        /** It is stored, and what it says took effect. */
        AA,
        /** What it says is against a rule. Sending it again unchanged is no use. */
        AE,
        /** It cannot be taken now, or not from this sender. */
        AR
    }

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmssZ");

    public static Acknowledgement accepted() {
        return new Acknowledgement(Code.AA, "", "");
    }

    /**
     * Writes it with the sender's own separators.
     *
     * @param message empty if it could not be read: then the answer names no control id
     * @param number makes the answer's own control id
     */
    public String write(Optional<Message> message, Instant now, String number) {
        var delimiters =
                message.map(known -> known.header().delimiters()).orElse(new Delimiters('|', '^', '~', '\\', '&'));
        String bar = String.valueOf(delimiters.field());
        String encoding = message.map(known -> known.header().raw(2)).orElse("^~\\&");
        String kind = "ACK"
                + message.map(Message::event)
                        .filter(event -> event.matches("[A-Z0-9]{3}"))
                        .map(event -> delimiters.component() + event + delimiters.component() + "ACK")
                        .orElse("");
        var text = new StringBuilder();
        text.append(String.join(
                bar,
                "MSH",
                encoding,
                raw(message, 5),
                raw(message, 6),
                raw(message, 3),
                raw(message, 4),
                TIME.format(now.atOffset(ZoneOffset.UTC)),
                "",
                kind,
                number,
                message.map(known -> known.header().raw(11))
                        .filter(id -> !id.isEmpty())
                        .orElse("P"),
                message.map(known -> known.header().raw(12))
                        .filter(version -> !version.isEmpty())
                        .orElse("2.5.1")));
        text.append('\r');
        text.append(String.join(bar, "MSA", code.name(), raw(message, 10))).append('\r');
        if (code != Code.AA) {
            String kindOfError =
                    String.join(String.valueOf(delimiters.component()), "207", "Application internal error", "HL70357");
            text.append(String.join(
                            bar, "ERR", "", location(delimiters), kindOfError, "E", "", "", "", words(delimiters)))
                    .append('\r');
        }
        return text.toString();
    }

    /** ERR-2: segment, its position, field. */
    private String location(Delimiters delimiters) {
        String[] parts = place.split("[\\[\\]-]+");
        return parts.length == 3 && parts[1].matches("\\d+") && parts[2].matches("\\d+")
                ? String.join(String.valueOf(delimiters.component()), parts[0], parts[1], parts[2])
                : "";
    }

    private String words(Delimiters delimiters) {
        String text = (place + " " + rule).strip();
        var safe = new StringBuilder();
        for (char c : text.toCharArray()) {
            boolean separates = c == delimiters.field()
                    || c == delimiters.component()
                    || c == delimiters.repetition()
                    || c == delimiters.escape()
                    || c == delimiters.subcomponent();
            safe.append(separates || c < ' ' ? ' ' : c);
        }
        return safe.toString();
    }

    private static String raw(Optional<Message> message, int field) {
        return message.map(known -> known.header().raw(field)).orElse("");
    }
}
