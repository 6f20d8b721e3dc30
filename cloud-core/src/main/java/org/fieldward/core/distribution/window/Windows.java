package org.fieldward.core.distribution.window;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fieldward.core.distribution.search.ObservationSearch;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.search.Times;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Scope;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.jspecify.annotations.Nullable;

/** Goes over readings once and shows each window when it is complete, so that only the current ones are held. Thread-safe. */
public final class Windows {

    /** More are not gone over for one answer. */
    public static final long MAX_READINGS = 3_000_000;

    private final Readings readings;

    public Windows(Readings readings) {
        this.readings = readings;
    }

    /**
     * Shows every window in which something was measured: device by device, oldest first.
     *
     * @param scope empty: whosever they are
     */
    public void each(WindowAsked asked, Optional<Scope> scope, Consumer<Window> consumer) {
        var current = new Current(asked, consumer);
        each(asked.search(), asked.range(), scope, current::add);
        current.finish();
    }

    /** Shows every reading of the range that is asked for. */
    void each(ObservationSearch search, Times.Range range, Optional<Scope> scope, Consumer<StoredReading> each) {
        Set<Parameter> measured = search.measured();
        if (measured.isEmpty()) {
            return;
        }
        var queries = search.patients().stream()
                .flatMap(Set::stream)
                .map(Optional::of)
                .toList();
        var patients = search.patients().isEmpty() ? List.of(Optional.<String>empty()) : queries;
        var devices = search.devices().isEmpty()
                ? List.of(Optional.<DeviceId>empty())
                : search.devices().get().stream().map(Optional::of).toList();
        for (Optional<String> patient : patients) {
            for (Optional<DeviceId> device : devices) {
                var query = new ReadingQuery(
                        patient,
                        device,
                        measured,
                        Optional.of(range.from()),
                        Optional.of(range.until()),
                        false,
                        Optional.empty(),
                        1,
                        scope);
                if (readings.atMost(query) > MAX_READINGS) {
                    throw new SearchException(
                            "date", "must be narrower: there are more than " + MAX_READINGS + " readings");
                }
                readings.scan(query, each);
            }
        }
    }

    /** The windows that are open: those of one device and one period, by patient. */
    private static final class Current {
        private final WindowAsked asked;
        private final Consumer<Window> consumer;
        private final long parameters;
        private final long period;
        private final Map<String, Window> open = new LinkedHashMap<>();
        private @Nullable String device;
        private long number;

        Current(WindowAsked asked, Consumer<Window> consumer) {
            this.asked = asked;
            this.consumer = consumer;
            this.period = asked.period().toNanos() / 1_000;
            long bits = 0;
            for (Parameter parameter : asked.search().measured()) {
                bits |= 1L << parameter.number();
            }
            parameters = bits;
        }

        void add(StoredReading reading) {
            long ofReading = Math.floorDiv(reading.getMeasuredMicros(), period);
            if (ofReading != number || !reading.getDevice().equals(device)) {
                finish();
                number = ofReading;
                device = reading.getDevice();
            }
            open.computeIfAbsent(reading.getPatient(), patient -> window(reading.getDevice(), patient))
                    .add(reading, parameters);
        }

        private Window window(String ofDevice, String patient) {
            Instant from = Micros.instant(number * period);
            Instant until = from.plus(Duration.of(period, ChronoUnit.MICROS));
            Times.Range range = asked.range();
            return new Window(
                    new DeviceId(ofDevice),
                    patient,
                    from.isBefore(range.from()) ? range.from() : from,
                    until.isAfter(range.until()) ? range.until() : until,
                    asked.every(),
                    asked.form() == WindowAsked.Form.SAMPLED);
        }

        void finish() {
            open.values().forEach(consumer);
            open.clear();
        }
    }
}
