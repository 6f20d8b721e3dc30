package org.fieldward.core.fuzz;

/** What a target says when a promise is broken. */
public final class Check {

    private Check() {}

    public static void that(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError(rule);
        }
    }
}
