package org.fieldward.core.observation.alarm;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.reading.AlarmChange;

/** The alarms that gateways raised, as the core knows them. Thread-safe. */
public interface Alarms {

    /**
     * @param latest the newest step of its life
     * @param patient whom the device served when it was raised
     */
    record Alarm(String gateway, AlarmChange latest, Instant raisedAt, Optional<String> patient) {}

    /** Every alarm that is not cleared. */
    List<Alarm> active();

    /** Calls the listener with every step, cleared ones too, after it is durable: the listener must only hand over. */
    Readings.Subscription listen(Consumer<List<Alarm>> listener);
}
