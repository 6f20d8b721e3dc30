package org.fieldward.core.app.settings;

/** A value that must never reach a log. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
