package org.fieldward.core.copy;

/**
 * What a comparison found.
 *
 * @param compared documents of the chart
 * @param missing that the copy should have and has not
 * @param extra that the copy has and should not
 * @param different that say something else
 * @param mended of these three
 */
public record Drift(long compared, long missing, long extra, long different, long mended) {

    public static final Drift NONE = new Drift(0, 0, 0, 0, 0);

    /** How many are not as they should be now. */
    public long left() {
        return missing + extra + different - mended;
    }

    Drift plus(Drift other) {
        return new Drift(
                compared + other.compared,
                missing + other.missing,
                extra + other.extra,
                different + other.different,
                mended + other.mended);
    }
}
