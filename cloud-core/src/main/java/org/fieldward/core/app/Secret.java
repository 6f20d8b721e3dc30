package org.fieldward.core.app;

/** A value that must never reach a log. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
