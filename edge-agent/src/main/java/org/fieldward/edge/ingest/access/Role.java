package org.fieldward.edge.ingest.access;

import java.util.Locale;

/** What an account is for. */
public enum Role {
    DEVICE,
    SCREEN,
    OPERATOR,
    STAFF;

    /** As it stands in the accounts file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Role of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new IllegalArgumentException("role must be device, screen, operator or staff, was '" + word + "'");
    }
}
