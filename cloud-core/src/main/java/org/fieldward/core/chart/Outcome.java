package org.fieldward.core.chart;

/** What became of a {@link Change}. The last three changed nothing. */
public sealed interface Outcome {

    record Created(Version version) implements Outcome {}

    record Updated(Version version) implements Outcome {}

    record Deleted(Version version) implements Outcome {}

    /** It was like that already, but for {@code meta.versionId} and {@code meta.lastUpdated}: no new version. */
    record Unchanged(Version version) implements Outcome {}

    /** There is nothing to delete, or nothing that the author can see. */
    record Missing(Key key) implements Outcome {}

    /**
     * A create met an id that is taken, or another version is the newest than the one that was meant.
     *
     * @param newest 0 where the author cannot see it, or where there is none
     */
    record Stale(Key key, long newest) implements Outcome {}
}
