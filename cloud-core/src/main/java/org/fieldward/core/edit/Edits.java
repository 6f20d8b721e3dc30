package org.fieldward.core.edit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.hl7.fhir.r4.model.Resource;

/** Takes edits that were made elsewhere on an older version of a resource. Thread-safe. */
public interface Edits {

    /**
     * What became of an edit.
     */
    sealed interface Answer {

        /** It stands in the chart, alone or together with what was changed here. */
        record Merged(Version version) implements Answer {}

        /** The chart said all of it already. */
        record Unchanged(Version version) implements Answer {}

        /** It waits for a person. An edit that comes again gets the number that it had. */
        record Kept(long number, List<Conflict> conflicts) implements Answer {}

        /** There is no such resource, or none that the author can see. */
        record Missing() implements Answer {}

        /** @param rule without content */
        record Refused(String element, String rule) implements Answer {}
    }

    /**
     * Applies an edit in a transaction of its own.
     *
     * @param baseVersion what whoever edited saw
     * @param resource the whole resource as they made it, with its id
     */
    Answer apply(Key key, long baseVersion, Resource resource, Author author);

    /** The same within somebody else's transaction, whose author it has. */
    Answer apply(Desk desk, Key key, long baseVersion, Resource resource, Author author);

    /**
     * An edit that waits, or waited.
     *
     * @param oursVersion the newest version when it came
     * @param author who edited
     */
    record Kept(
            long number,
            Key key,
            long baseVersion,
            long oursVersion,
            String author,
            Instant keptAt,
            Optional<Decided> decided) {}

    /** @param version what it became; the newest already where nothing was changed */
    record Decided(String decision, String by, Instant at, long version) {}

    /** Newest first. */
    List<Kept> list(boolean open, OptionalLong before, int limit, Sight sight);

    /**
     * Both sides as they are now, which is what a person decides on.
     *
     * @param version of ours, to be named in the decision
     * @param ours empty where it was deleted meanwhile
     * @param merged with our values where there are conflicts; empty where it was deleted
     */
    record Shown(
            Kept kept,
            long version,
            ObjectNode base,
            Optional<ObjectNode> ours,
            ObjectNode theirs,
            Optional<ObjectNode> merged,
            List<Conflict> conflicts) {}

    Optional<Shown> find(long number, Sight sight);

    /** What a person says to an edit that waits. */
    sealed interface Decision {

        /** What is in conflict stays as it is here; the rest of the edit is merged. */
        record Ours() implements Decision {}

        /** What is in conflict becomes as it was edited; the rest is merged. */
        record Theirs() implements Decision {}

        /** The resource as it shall be. */
        record Merged(Resource resource) implements Decision {}
    }

    /** What became of a decision. */
    sealed interface Settled {

        record Done(Version version) implements Settled {}

        record Missing() implements Settled {}

        /** Somebody decided it before. */
        record Already(Decided decided) implements Settled {}

        /** It was changed since it was looked at. */
        record Stale(long newest) implements Settled {}

        record Refused(String element, String rule) implements Settled {}
    }

    /** @param version of ours that the person saw */
    Settled decide(long number, Decision decision, long version, Author author);
}
