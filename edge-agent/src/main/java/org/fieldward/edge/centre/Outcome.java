package org.fieldward.edge.centre;

/**
 * What became of a configuration.
 *
 * @param detail for a person; names the key, the rule and the value where it was refused
 */
public record Outcome(long version, Standing standing, String detail) {

    public enum Standing {
        /** Written down, valid, and tried now: nobody knows yet whether the gateway lives with it. */
        TRIAL,
        APPLIED,
        /** Not valid: nothing was changed. */
        REFUSED,
        /** The gateway did not do well with it and went back to what was before. */
        ROLLED_BACK
    }
}
