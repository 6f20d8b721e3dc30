package org.fieldward.core.distribution.rest.store;

import java.util.Optional;
import org.fieldward.core.chart.Version;

/**
 * What a write did.
 *
 * @param status 200, 201 or 204
 * @param version empty where nothing was there to delete
 */
public record Written(int status, Optional<Version> version) {

    static Written of(int status, Version version) {
        return new Written(status, Optional.of(version));
    }
}
