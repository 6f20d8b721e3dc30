package org.fieldward.core.distribution.rest;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.store.Permit;
import org.hl7.fhir.r4.model.Resource;

/** What the caller of a request may see. */
final class Sights {

    private Sights() {}

    /** Refuses a search that looks into what no role of the caller may read. */
    static void looksInto(
            RequestDetails request, String type, Map<String, List<String>> parameters, Instant startedAt) {
        if (request instanceof ServletRequestDetails exchange
                && exchange.getServletRequest().getAttribute(Caller.class.getName()) instanceof Caller caller) {
            try {
                Permit.looksInto(caller, Access::may, type, parameters, startedAt);
            } catch (BadSearch e) {
                throw Refusal.of(e);
            }
        }
    }

    /** Without what no role of the caller may read. */
    static List<Resource> readable(RequestDetails request, List<Resource> included) {
        return request instanceof ServletRequestDetails exchange
                        && exchange.getServletRequest().getAttribute(Caller.class.getName()) instanceof Caller caller
                ? included.stream()
                        .filter(one -> Access.may(caller, Interaction.READ, one.fhirType()))
                        .toList()
                : included;
    }

    /** Everything where nobody asks who calls: on an open loopback door. */
    static Sight of(RequestDetails request) {
        return request instanceof ServletRequestDetails exchange
                        && exchange.getServletRequest().getAttribute(Caller.class.getName()) instanceof Caller caller
                ? caller.sight()
                : Sight.EVERYTHING;
    }
}
