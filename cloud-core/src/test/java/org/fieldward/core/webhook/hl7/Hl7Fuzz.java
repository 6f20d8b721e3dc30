package org.fieldward.core.webhook.hl7;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.fuzz.Check;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.translation.Translation;
import org.fieldward.core.webhook.wording.Origin;

/** Any bytes as a message: they are read or refused with a place, and what is read becomes resources or is refused. */
public final class Hl7Fuzz {

    private static final Origin ORIGIN =
            new Origin("fuzz", "ward-3", ZoneOffset.UTC, Map.of(), Instant.parse("2026-11-21T12:00:00Z"));

    private Hl7Fuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Message message;
        try {
            message = Message.read(input);
        } catch (Hl7Exception e) {
            Check.that(!e.place().isEmpty() && !e.rule().isEmpty(), "a refusal must name place and rule");
            return;
        }
        String answer = Acknowledgement.accepted().write(Optional.of(message), ORIGIN.arrivedAt(), "FW1");
        Check.that(answer.split("\r").length == 2, "an acknowledgement must be of two segments");
        for (Segment segment : message.segments()) {
            for (int field = 0; field <= segment.fields().size() + 1; field++) {
                for (Value value : segment.all(field)) {
                    value.text(1, 1);
                    value.text(3);
                    value.whole();
                }
            }
        }
        try {
            Matter matter = Translation.of(message, ORIGIN);
            Check.that(!matter.drafts().isEmpty(), "a message that is taken must say something");
        } catch (RefusedException e) {
            Check.that(!e.place().isEmpty() && !e.rule().isEmpty(), "a refusal must name place and rule");
        }
    }
}
