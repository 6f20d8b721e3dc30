package org.fieldward.core.attribution;

import java.util.List;
import org.fieldward.core.journal.Journal;

/**
 * Finds the one entry of the journal that no rule foresaw and that makes every step fail, so that it can be set aside
 * instead of holding up everybody for ever. After a failure entries are taken one by one, without other work beside them;
 * one that fails twice on its own is proven, unless the store may be to blame. Pure. Not thread-safe.
 */
public final class Suspicion {

    /** As many single steps as one large step would have taken entries. */
    private static final int CAREFUL_STEPS = 128;

    private static final int PROOFS = 2;

    private int careful;
    private long suspect;
    private int proofs;

    /** Nothing has failed lately. */
    public boolean isCalm() {
        return careful == 0;
    }

    public int limit(int entries) {
        return isCalm() ? entries : 1;
    }

    /** It must not be looked into. */
    public boolean isProven(Journal.Entry entry) {
        return entry.id() == suspect && proofs >= PROOFS;
    }

    /**
     * @param entries what the step had taken
     * @param isAboutData false if the failure may pass, and says nothing about the entries
     */
    public void failed(List<Journal.Entry> entries, boolean isAboutData) {
        boolean alone = !isCalm() && entries.size() == 1;
        careful = CAREFUL_STEPS;
        if (alone && isAboutData) {
            proofs = entries.getFirst().id() == suspect ? proofs + 1 : 1;
            suspect = entries.getFirst().id();
        }
    }

    public void passed() {
        careful = Math.max(0, careful - 1);
    }
}
