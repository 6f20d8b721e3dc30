package org.fieldward.core.fuzz;

import java.util.List;
import java.util.function.Consumer;
import org.fieldward.core.intake.LinkFuzz;
import org.fieldward.core.intake.enrolment.EnrolFuzz;
import org.fieldward.core.intake.stick.StickFuzz;
import org.fieldward.core.webhook.hl7.Hl7Fuzz;
import org.fieldward.core.webhook.mllp.MllpFuzz;

/**
 * Something that takes any bytes and throws only when a promise is broken. Its corpus is the folder {@code fuzz/NAME} of the
 * test resources.
 */
record Target(Class<?> type, Consumer<byte[]> body) {

    static final List<Target> ALL = List.of(
            new Target(LinkFuzz.class, LinkFuzz::fuzzerTestOneInput),
            new Target(EnrolFuzz.class, EnrolFuzz::fuzzerTestOneInput),
            new Target(StickFuzz.class, StickFuzz::fuzzerTestOneInput),
            new Target(Hl7Fuzz.class, Hl7Fuzz::fuzzerTestOneInput),
            new Target(MllpFuzz.class, MllpFuzz::fuzzerTestOneInput));

    String name() {
        return type.getSimpleName();
    }
}
