package org.fieldward.simulator.comparison;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.core.TimeSpan;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.fieldward.simulator.line.EvidenceLine;

/** One pass over the evidence: which device sent what, where it is written, and which numbers were acknowledged. */
final class Claims {

    private final Map<DeviceId, DeviceClaims> devices = new TreeMap<>();
    private final BitSet acked = new BitSet();
    private long malformed;

    static Claims of(EvidenceFile file, TimeSpan span) {
        var claims = new Claims();
        file.visit((line, offset, length) -> claims.add(line, offset, length, span));
        claims.devices.values().forEach(DeviceClaims::sort);
        return claims;
    }

    private void add(EvidenceLine line, long offset, int length, TimeSpan span) {
        switch (line) {
            case EvidenceLine.Sent sent -> {
                var sample = sent.sample();
                DeviceClaims device = devices.computeIfAbsent(sample.device(), first -> new DeviceClaims());
                if (span.contains(sample.time())) {
                    device.add(sample.time(), sent.number(), sample.values(), offset, length);
                }
            }
            case EvidenceLine.SentMalformed refused -> malformed++;
            case EvidenceLine.SentWaveform wave -> {
                // The export tells readings only, so nothing is claimed of waveforms.
            }
            case EvidenceLine.Resent again -> {
                // The first attempt named the values; whether this one arrived is for the acknowledgement to say.
            }
            case EvidenceLine.Acked answer -> acked.set(Math.toIntExact(answer.number()));
        }
    }

    Map<DeviceId, DeviceClaims> devices() {
        return devices;
    }

    boolean isAcked(int number) {
        return acked.get(number);
    }

    long malformed() {
        return malformed;
    }
}
