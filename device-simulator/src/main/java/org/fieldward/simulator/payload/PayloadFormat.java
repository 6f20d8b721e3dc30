package org.fieldward.simulator.payload;

import java.util.Locale;
import org.fieldward.proto.reading.DeviceId;

/** The formats that a gateway takes; each has its own topic under {@code devices/{id}/}. */
public enum PayloadFormat {
    JSON("readings"),
    /** RFC 8428, JSON representation. */
    SENML("senml"),
    /** {@code DevicePublish} of record.proto. */
    PROTOBUF("protobuf");

    private final String topic;

    PayloadFormat(String topic) {
        this.topic = topic;
    }

    public String topic(DeviceId device) {
        return "devices/" + device.name() + "/" + topic;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
