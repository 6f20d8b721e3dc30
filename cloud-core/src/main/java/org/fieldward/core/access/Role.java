package org.fieldward.core.access;

import java.util.Locale;
import java.util.Optional;

/** What a person or a system is to the centre; a caller may have several. Names are an API: tokens carry them. */
public enum Role {
    /** Reads and writes what concerns patients. */
    CLINICIAN,
    /** Reads what concerns patients; records observations, events, bindings and appointments. */
    NURSE,
    /** Looks after devices, gateways, sources and mappings; sees no patient. */
    TECHNICIAN,
    /** Reads the audit, the log and statements of completeness; sees no patient's resources. */
    AUDITOR,
    /** Does everything but write the audit. */
    ADMINISTRATOR;

    /** As it stands in a token. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
