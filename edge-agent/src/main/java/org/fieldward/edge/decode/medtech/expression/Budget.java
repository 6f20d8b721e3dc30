package org.fieldward.edge.decode.medtech.expression;

import org.fieldward.edge.decode.Fault;

/** How much one payload may make the expressions do, all together. Not thread-safe. */
public final class Budget {

    /** Places looked at: it bounds how long a message keeps a thread of the door. */
    private static final int STEPS = 1_000_000;

    private int left = STEPS;

    void spend(int steps) {
        left -= Math.min(steps, left + 1);
        if (left < 0) {
            throw Fault.invalid("the expressions must look at no more than " + STEPS + " places of a payload");
        }
    }
}
