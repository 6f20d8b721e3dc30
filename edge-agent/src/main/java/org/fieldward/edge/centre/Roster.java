package org.fieldward.edge.centre;

import java.time.Instant;
import java.util.Map;
import org.fieldward.proto.reading.DeviceId;

/**
 * Who lies where, as the centre says.
 *
 * @param saidAt when it was last known to be what the centre says
 */
public record Roster(long version, Instant saidAt, Map<DeviceId, Place> places) {

    public static final Roster NONE = new Roster(0, Instant.EPOCH, Map.of());

    /** @param label what the ward's screen shows beside the bed; may be empty. Never goes to a log */
    public record Place(String bed, String label) {
        /** Without what it says. */
        @Override
        public String toString() {
            return "***";
        }
    }

    public Roster {
        places = Map.copyOf(places);
    }

    public Roster saidAt(Instant at) {
        return new Roster(version, at, places);
    }
}
