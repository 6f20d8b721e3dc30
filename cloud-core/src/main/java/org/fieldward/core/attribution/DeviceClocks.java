package org.fieldward.core.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.core.attribution.Attribution.Candidate;
import org.fieldward.core.attribution.Step.Key;
import org.fieldward.proto.link.StoredReading;

/**
 * By what the clocks of devices were put right so far, and hence where a report that comes again may stand: a device that
 * was believed when it reported, and put right when it sent the same again, must not have measured twice. Pure. Not
 * thread-safe.
 */
public final class DeviceClocks {

    /** Of one device; older ones are forgotten. */
    public static final int MAX_CORRECTIONS = 16;

    /** Two different readings that were put right to the same microsecond stand so many microseconds apart. */
    public static final int PLACES = 4;

    /** Corrections that differ by less are two views of one clock: gateways hear a device with different delays. */
    private static final long TOLERANCE_MICROS = 120_000_000;

    private final Map<Integer, Set<Long>> corrections = new HashMap<>();

    /** A correction of one device, by its short number. */
    public record Correction(int device, long micros) {}

    /** Forgets everything but this, in the order given. */
    public void become(List<Correction> known) {
        corrections.clear();
        known.forEach(this::add);
    }

    /** Returns true if it was not known. */
    public boolean add(Correction correction) {
        Set<Long> of = corrections.computeIfAbsent(correction.device(), unseen -> new LinkedHashSet<>());
        if (!of.add(correction.micros())) {
            return false;
        }
        if (of.size() > MAX_CORRECTIONS) {
            of.remove(of.iterator().next());
        }
        return true;
    }

    /** What must be added to what the device said; 0 if nothing, and where it said no time. */
    public static long correction(StoredReading record) {
        return record.getDeviceMicros() == 0 ? 0 : record.getMeasuredMicros() - record.getDeviceMicros();
    }

    /** Where the candidate may stand already: under its own instant first. */
    List<Key> places(Key own, Candidate candidate) {
        Set<Long> known = corrections.getOrDefault(own.device(), Set.of());
        StoredReading record = candidate.record();
        if (known.isEmpty() || record.getDeviceMicros() == 0) {
            return List.of(own);
        }
        Set<Long> instants = new LinkedHashSet<>();
        instants.add(record.getMeasuredMicros());
        instants.add(record.getDeviceMicros());
        known.forEach(correction -> instants.add(record.getDeviceMicros() + correction));
        var places = new ArrayList<Key>();
        for (long instant : instants) {
            for (int place = 0; place < PLACES; place++) {
                places.add(new Key(own.device(), instant + place, own.kind()));
            }
        }
        return places;
    }

    /** Whether both were made at one instant of the device's clock, as far as that can be told. */
    static boolean isOneReport(StoredReading present, StoredReading arriving) {
        if (present.getDeviceMicros() != arriving.getDeviceMicros()) {
            // Without a time of its own a reading is known by its instant alone.
            return (present.getDeviceMicros() == 0 || arriving.getDeviceMicros() == 0)
                    && present.getMeasuredMicros() == arriving.getMeasuredMicros();
        }
        long moved = correction(arriving) - correction(present);
        if (Math.abs(moved) <= TOLERANCE_MICROS) {
            return true;
        }
        // A clock that was set between them shows the same time twice, and just so long after: then it was measured
        // twice.
        long passed = arriving.getReceivedMicros() - present.getReceivedMicros();
        return Math.abs(passed - moved) > TOLERANCE_MICROS
                && Attribution.meet(present, arriving).conflicting().isEmpty();
    }
}
