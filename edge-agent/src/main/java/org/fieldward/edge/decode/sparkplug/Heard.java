package org.fieldward.edge.decode.sparkplug;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Reading;

/**
 * What one message of a node comes to.
 *
 * @param refused why the payload has to be kept, beside the readings that could be used, if any
 * @param statuses of the node and its devices, only where they changed
 * @param request for the node, over MQTT
 * @param ignored metrics that are no vital sign
 */
public record Heard(
        List<Reading> readings,
        Optional<Refused> refused,
        List<DeviceStatus> statuses,
        Optional<Request> request,
        int ignored) {

    /** A command for the node. */
    public record Request(String topic, ByteString payload) {}

    public Heard {
        readings = List.copyOf(readings);
        statuses = List.copyOf(statuses);
    }

    static Heard refused(Refused refused) {
        return new Heard(List.of(), Optional.of(refused), List.of(), Optional.empty(), 0);
    }
}
