package org.fieldward.core.clinical.mirror;

import java.util.OptionalLong;

/** A DeviceUseStatement says of a device what its bindings do not allow; what wrote it is undone. */
public final class BindingConflict extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient OptionalLong binding;

    BindingConflict(String rule, OptionalLong binding) {
        super(rule);
        this.binding = binding;
    }

    /** The binding that stands in the way, where it is one. */
    public OptionalLong binding() {
        return binding;
    }
}
