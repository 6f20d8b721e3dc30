package org.fieldward.core.distribution.source;

import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.hl7.fhir.r4.model.Resource;

/** Something that happened, while it is decided who wants to know. Used by one thread. */
public interface Happening {

    Subject subject();

    /** The type of its focus, such as {@code Encounter}; {@code Alarm} where it is about one. */
    String type();

    /** What it is about, made when it is first asked for; empty where there is none, or it was deleted. */
    Optional<Resource> resource();

    /** What stood there before. */
    Optional<Resource> previous();

    /** The ids of whom it concerns. */
    Set<String> patients();

    /** What is known of it that no resource says; names are those of a topic's filters. */
    default Optional<String> fact(String name) {
        return Optional.empty();
    }

    boolean isSeenWith(Sight sight);
}
