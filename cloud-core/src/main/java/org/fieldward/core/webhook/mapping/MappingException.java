package org.fieldward.core.webhook.mapping;

import java.util.List;

/** A mapping is wrong. Names the places and the rules. */
public final class MappingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final transient List<String> faults;

    public MappingException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    /** One line each: place and rule. */
    public List<String> faults() {
        return faults;
    }
}
