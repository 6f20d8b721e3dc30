package org.fieldward.proto.reading;

/** A device came or went, as seen at the gateway's door. */
public record DeviceStatus(DeviceId device, Stamp stamp, Status status) implements Entry {

    public enum Status {
        ONLINE,
        /** It said goodbye. */
        OFFLINE,
        /** The connection broke or fell silent: its last will counts. */
        LOST
    }

    @Override
    public Lane lane() {
        return Lane.EVENT;
    }
}
