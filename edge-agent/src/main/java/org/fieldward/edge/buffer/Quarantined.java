package org.fieldward.edge.buffer;

/** A rejected payload in its place: waiting, replayed into readings, or discarded by an operator. */
public record Quarantined(long id, State state, Rejected rejected) {

    public enum State {
        WAITING,
        REPLAYED,
        /** Its bytes are gone; that it was there is not. */
        DISCARDED
    }
}
