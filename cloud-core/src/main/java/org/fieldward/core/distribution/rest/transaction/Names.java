package org.fieldward.core.distribution.rest.transaction;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fieldward.core.access.Caller;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.rest.store.Conditions;
import org.fieldward.core.distribution.rest.store.Permit;
import org.fieldward.core.distribution.rest.store.References;
import org.fieldward.core.distribution.rest.store.References.Named;
import org.fieldward.core.distribution.rest.store.Writer;
import org.hl7.fhir.r4.model.Resource;

/** Knows under which id each entry of a transaction will stand, and turns references between entries into that. */
final class Names {

    private static final Pattern CONDITIONAL = Pattern.compile("([A-Z][A-Za-z]+)\\?(.+)", Pattern.DOTALL);
    private static final Pattern RELATIVE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}");

    private final Map<String, Key> names = new HashMap<>();
    private final Permit permit;
    private final Caller caller;

    /** @param caller who must be allowed to search for what a conditional reference names */
    Names(Permit permit, Caller caller) {
        this.permit = permit;
        this.caller = caller;
    }

    void put(Optional<String> fullUrl, Key key) {
        fullUrl.ifPresent(url -> names.put(url, key));
    }

    /**
     * Puts ids for names, in place.
     *
     * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException 400 where an entry is named that is not there, 412 where a condition does not meet exactly one
     */
    void resolve(Resource resource, Optional<String> fullUrl, Desk desk) {
        References.visit(resource, (named, place) -> resolve(named, place, fullUrl, desk));
    }

    private void resolve(Named named, String place, Optional<String> fullUrl, Desk desk) {
        String text = named.text();
        Optional<Key> key = Optional.ofNullable(names.get(text));
        if (key.isEmpty() && named.isReference()) {
            if (RELATIVE.matcher(text).matches()) {
                key = fullUrl.flatMap(Names::base).map(base -> names.get(base + text));
            } else if (text.startsWith("urn:uuid:") || text.startsWith("urn:oid:")) {
                throw Refusal.bad(place, "must be the fullUrl of an entry of this Bundle");
            } else {
                var condition = CONDITIONAL.matcher(text);
                if (condition.matches()) {
                    key = Optional.of(only(desk, condition.group(1), condition.group(2), place));
                }
            }
        }
        key.ifPresent(found -> named.become(found.toString()));
    }

    private Key only(Desk desk, String type, String query, String place) {
        Condition condition = Conditions.of(type, query);
        permit.mayName(caller, type, condition.parameters());
        List<Version> found = Writer.match(desk, condition, 2);
        if (found.size() != 1) {
            throw Refusal.precondition(place, "the condition must meet exactly one " + type);
        }
        return found.getFirst().key();
    }

    /** What a relative reference in an entry is relative to (https://hl7.org/fhir/R4/bundle.html#references). */
    private static Optional<String> base(String fullUrl) {
        String[] part = fullUrl.split("/");
        if (!fullUrl.startsWith("http") || part.length < 4) {
            return Optional.empty();
        }
        return Optional.of(fullUrl.substring(
                0, fullUrl.length() - part[part.length - 1].length() - part[part.length - 2].length() - 1));
    }
}
