package org.fieldward.core.clinical.event;

import java.util.Locale;

/** The kinds of clinical events. Names are an API. */
public enum EventType {
    PATIENT_ADMISSION,
    LAB_RESULT,
    IMAGING_COMPLETE,
    MEDICATION_ORDER;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
