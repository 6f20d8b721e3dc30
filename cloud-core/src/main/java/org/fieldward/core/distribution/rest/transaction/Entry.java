package org.fieldward.core.distribution.rest.transaction;

import java.util.Optional;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.hl7.fhir.r4.model.Resource;

/**
 * One request of a Bundle.
 *
 * @param index its place there, from 0
 * @param fullUrl by which other entries refer to it
 */
record Entry(int index, Call call, Optional<String> fullUrl) {

    Optional<Resource> resource() {
        return call.body() instanceof Call.Body.Parsed parsed ? Optional.of(parsed.resource()) : Optional.empty();
    }
}
