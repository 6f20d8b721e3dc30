package org.fieldward.core.chart;

import java.util.Set;
import org.fieldward.core.access.Sight;

/**
 * On whose behalf something is written.
 *
 * @param agent a caller's subject or a source's name, for the record
 * @param facilities that what is made shall belong to; empty: shared
 * @param sight what the author may see: what they cannot see they can neither match, change nor delete
 */
public record Author(String agent, Set<String> facilities, Sight sight) {

    public Author {
        facilities = Set.copyOf(facilities);
    }
}
