package org.fieldward.core.distribution.rest.patch;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBase;

/** Changed copies of lists of elements. */
final class Edit {

    private Edit() {}

    static List<IBase> with(List<IBase> values, int index, IBase value) {
        var changed = new ArrayList<>(values);
        changed.add(index, value);
        return changed;
    }

    static List<IBase> without(List<IBase> values, int index) {
        var changed = new ArrayList<>(values);
        changed.remove(index);
        return changed;
    }

    /** Where this very element is, not one like it; -1 where it is not. */
    static int index(List<? extends IBase> values, IBase value) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == value) {
                return i;
            }
        }
        return -1;
    }
}
