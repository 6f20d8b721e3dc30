package org.fieldward.core.distribution.topic;

import java.util.Optional;
import java.util.Set;
import org.fieldward.core.distribution.source.Subject.Word;

/**
 * A kind of event that can be subscribed to by its address. Topics are data: {@code topics.json}.
 *
 * @param resource the type of the focus, or {@code Alarm}
 * @param is FHIRPath that must hold now
 * @param becomes FHIRPath that must hold now and did not before
 * @param filters the names that a filter may use
 */
public record Topic(
        String url,
        String title,
        String resource,
        Set<Word> when,
        Optional<String> is,
        Optional<String> becomes,
        Set<String> filters) {

    public Topic {
        when = Set.copyOf(when);
        filters = Set.copyOf(filters);
    }
}
