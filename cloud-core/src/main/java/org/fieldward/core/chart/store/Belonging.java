package org.fieldward.core.chart.store;

import java.util.HashSet;
import java.util.Set;
import org.fieldward.core.chart.Key;

/** To which facilities a resource belongs. Pure. */
final class Belonging {

    private Belonging() {}

    /**
     * What is made belongs to its author's facilities, and goes on to, whoever changes it later. Only a Patient comes to
     * belong also to who changes it: that is a transfer, and with it everything of the patient is seen there.
     *
     * @param before to which it belongs so far
     * @param author those of who changes it
     */
    static Set<String> after(Key key, Set<String> before, Set<String> author) {
        if (!key.type().equals("Patient")) {
            return before;
        }
        var both = new HashSet<>(before);
        both.addAll(author);
        return Set.copyOf(both);
    }
}
