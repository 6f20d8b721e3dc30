package org.fieldward.proto.reading;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * What a person or a hospital system told the gateway, in the bytes in which it came: the core reads it.
 *
 * @param device the gateway's own name
 * @param id the sender's own name of it, or one made of its bytes; 1 to 200 characters
 * @param recorder the account or the sending application; 1 to 200 characters
 * @param kind what it says that it is, as {@code lab_result} or {@code ADT^A01}; at most 100 characters
 * @param mediaType of the content; at most 100 characters
 * @param content 1 byte to {@link #MAX_BYTES}
 */
public record Document(
        DeviceId device,
        Stamp stamp,
        Purpose purpose,
        String id,
        String recorder,
        String kind,
        String mediaType,
        ByteString content)
        implements Entry {

    /** So that nothing urgent waits long behind one on a slow link. */
    public static final int MAX_BYTES = 1 << 20;

    public static final int MAX_NAME = 200;
    private static final int MAX_WORD = 100;

    /** Which door of the core it is for. A closed set; the number is on the wire. */
    public enum Purpose {
        CLINICAL_EVENT(1, "clinical-event"),
        HL7V2(2, "hl7v2");

        private final int number;
        private final String word;

        Purpose(int number, String word) {
            this.number = number;
            this.word = word;
        }

        public int number() {
            return number;
        }

        /** In the APIs of both sides. */
        public String word() {
            return word;
        }

        public static Purpose of(int number) {
            for (Purpose purpose : values()) {
                if (purpose.number == number) {
                    return purpose;
                }
            }
            throw new IllegalArgumentException("purpose of a document must be 1 or 2, was " + number);
        }
    }

    public Document {
        bounded("id", id, 1, MAX_NAME);
        bounded("recorder", recorder, 1, MAX_NAME);
        bounded("kind", kind, 0, MAX_WORD);
        bounded("mediaType", mediaType, 0, MAX_WORD);
        if (content.isEmpty() || content.size() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "content of a document must be 1 to " + MAX_BYTES + " bytes, was " + content.size());
        }
    }

    private static void bounded(String field, String text, int least, int most) {
        if (text.length() < least || text.length() > most) {
            throw new IllegalArgumentException(
                    field + " of a document must be " + least + " to " + most + " characters, was " + text.length());
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(field + " of a document must have no control characters");
        }
    }

    /** What it takes: its content and its names. */
    public int size() {
        return content.size()
                + id.getBytes(StandardCharsets.UTF_8).length
                + recorder.getBytes(StandardCharsets.UTF_8).length
                + kind.length()
                + mediaType.length();
    }

    @Override
    public Lane lane() {
        return Lane.EVENT;
    }

    /** Without content and names: they are a patient's. */
    @Override
    public String toString() {
        return "Document of " + size() + " bytes";
    }
}
