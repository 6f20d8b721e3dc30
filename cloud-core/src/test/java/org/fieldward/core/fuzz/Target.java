package org.fieldward.core.fuzz;

import java.util.List;
import java.util.function.Consumer;
import org.fieldward.core.intake.EnrolFuzz;
import org.fieldward.core.intake.LinkFuzz;
import org.fieldward.core.intake.stick.StickFuzz;

/**
 * Something that takes any bytes and throws only when a promise is broken. Its corpus is the folder {@code fuzz/NAME} of the
 * test resources.
 */
record Target(Class<?> type, Consumer<byte[]> body) {

    static final List<Target> ALL = List.of(
            new Target(LinkFuzz.class, LinkFuzz::fuzzerTestOneInput),
            new Target(EnrolFuzz.class, EnrolFuzz::fuzzerTestOneInput),
            new Target(StickFuzz.class, StickFuzz::fuzzerTestOneInput));

    String name() {
        return type.getSimpleName();
    }
}
