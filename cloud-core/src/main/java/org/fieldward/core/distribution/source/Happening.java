package org.fieldward.core.distribution.source;

import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.hl7.fhir.r4.model.Resource;

/** Something that happened, while it is decided who wants to know. Used by one thread. */
public interface Happening {

    Subject subject();

    /** The type of its focus, such as {@code Encounter}; of an alarm {@code Device}. */
    String type();

    /** What it is about, made when it is first asked for; empty where there is none, or it was deleted. */
    Optional<Resource> resource();

    /** What stood there before. */
    Optional<Resource> previous();

    boolean isSeenWith(Sight sight);
}
