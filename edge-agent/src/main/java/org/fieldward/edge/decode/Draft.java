package org.fieldward.edge.decode;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;

/** A reading while its payload is being read. Keeps the values sorted, because that is how a reading wants them. */
public final class Draft {

    private Value[] values = new Value[8];
    private int count;
    private Optional<Instant> deviceTime = Optional.empty();
    private Optional<Instant> sentAt = Optional.empty();

    public void measuredAt(Instant time) {
        deviceTime = Optional.of(time);
    }

    void sentAt(Instant time) {
        sentAt = Optional.of(time);
    }

    Optional<Instant> sentAt() {
        return sentAt;
    }

    public void add(Value value) {
        int number = value.parameter().number();
        int at = count;
        while (at > 0 && values[at - 1].parameter().number() >= number) {
            at--;
            if (values[at].parameter().equals(value.parameter())) {
                throw Fault.invalid(value.parameter().key() + " must come once in a reading, came twice");
            }
        }
        if (count == Reading.MAX_VALUES) {
            throw Fault.invalid("values must be at most " + Reading.MAX_VALUES + " in a reading");
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        System.arraycopy(values, at, values, at + 1, count - at);
        values[at] = value;
        count++;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public Reading finish(DeviceId device, Arrival arrival) {
        return new Reading(device, arrival.stamp(deviceTime), List.of(Arrays.copyOf(values, count)));
    }
}
