package org.fieldward.edge.heap;

/**
 * Where new objects are. An idle gateway needs little of it, and begins with little; where readings come in numbers it has to
 * hold what waits for its commit, or all of that is copied. The JVM changes its size at a full collection only, so one is
 * asked for when the first crowd is there. For one thread.
 */
public final class YoungGeneration {

    /** With fewer readings between two looks, which are a second apart, a small one is collected every few seconds. */
    private static final long MANY = 1_000;

    private final Runnable fullCollection;
    private long before = Long.MAX_VALUE;
    private boolean isGrown;

    public YoungGeneration(Runnable fullCollection) {
        this.fullCollection = fullCollection;
    }

    /** @param stored readings since some beginning */
    public void look(long stored) {
        if (!isGrown && stored - MANY >= before) {
            isGrown = true;
            fullCollection.run();
        }
        before = stored;
    }
}
