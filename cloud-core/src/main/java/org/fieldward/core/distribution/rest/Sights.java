package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Sight;

/** What the caller of a request may see. */
final class Sights {

    private Sights() {}

    /** Everything where nobody asks who calls: on an open loopback door. */
    static Sight of(RequestDetails request) {
        return request instanceof ServletRequestDetails exchange
                        && exchange.getServletRequest().getAttribute(Caller.class.getName()) instanceof Caller caller
                ? caller.sight()
                : Sight.EVERYTHING;
    }
}
