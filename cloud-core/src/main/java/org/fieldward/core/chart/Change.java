package org.fieldward.core.chart;

import java.util.OptionalLong;
import org.hl7.fhir.r4.model.Resource;

/** What shall be done to one resource. */
public sealed interface Change {

    /** A new resource. Its id, where it has one, is taken; otherwise it is given one. */
    record Create(Resource resource) implements Change {}

    /**
     * The resource as it shall be; made where there is none, also where it was deleted.
     *
     * @param onlyIf the version that must be the newest ({@code If-Match}); empty: any
     */
    record Update(Resource resource, OptionalLong onlyIf) implements Change {}

    /** Deleting what is not there, or is deleted, changes nothing. */
    record Delete(Key key, OptionalLong onlyIf) implements Change {}
}
