package org.fieldward.core.distribution.topic;

import org.hl7.fhir.r4.model.Resource;

/** Answers a search for one resource at hand, without the store. Thread-safe. */
public interface Matcher {

    /** @throws BadQuestion if the search cannot be answered like this */
    void check(Query query);

    boolean matches(Query query, Resource resource);
}
