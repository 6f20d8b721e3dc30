package org.fieldward.core.distribution.rest;

import java.util.List;
import java.util.function.Supplier;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.distribution.rest.door.Deed;
import org.fieldward.core.distribution.rest.export.Exports;
import org.fieldward.core.fhir.ProfileCheck;

/**
 * What the API needs to keep resources.
 *
 * @param check of what is written
 * @param operations that other rooms answer
 * @param ids for new resources that others in the same transaction refer to; nobody can guess them
 */
public record Stored(Chart chart, ProfileCheck check, Supplier<String> ids, Exports exports, List<Deed> operations) {

    public Stored {
        operations = List.copyOf(operations);
    }

    public Stored(Chart chart, ProfileCheck check, Supplier<String> ids, Exports exports) {
        this(chart, check, ids, exports, List.of());
    }
}
