package org.fieldward.core.distribution;

import static org.fieldward.core.fhir.StoredReadings.absent;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.anchor.AnchorState;
import org.fieldward.core.anchor.AnchorState.SignedHead;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.observation.alarm.Alarms.Alarm;
import org.fieldward.core.observation.quarantine.Quarantine.Held;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;

/**
 * A ward of twelve moving patients in front of a real door, to look at the console without the rest of the core: run
 * it with a port, or without for 8080.
 */
public final class DemoWard {

    private static final List<String> NAMES = List.of(
            "Lindqvist, Astrid",
            "Okafor, Ben",
            "Haddad, Layla",
            "Moreau, Jean-Baptiste",
            "Tanaka, Hiroshi",
            "Kowalczyk, Maria",
            "O'Brien, Sean",
            "Fernández de la Vega, Inés",
            "Ndiaye, Awa",
            "Petrov, Ivan",
            "Nguyen, Thi Lan",
            "Schmidt, Karl");

    private final FakeCore core = new FakeCore();
    private final Random random = new Random(4);
    private final double[] heart = new double[NAMES.size()];
    private long second;

    private DemoWard() {
        Instant now = Instant.now();
        for (int i = 0; i < NAMES.size(); i++) {
            heart[i] = 62 + random.nextInt(40);
            String[] name = NAMES.get(i).split(", ");
            var device = new DeviceId("mon-" + (i + 1));
            core.registry.putPatient(
                    new Patient("p" + (i + 1), "MRN-" + i, name[0], name[1], Optional.empty(), "unknown", now));
            core.registry.putDevice(new Device(
                    device, "monitor", Optional.of("Bed " + (i < 9 ? "0" : "") + (i + 1)), Optional.of("ward-3"), now));
            core.registry.bind(device, "p" + (i + 1), now.minusSeconds(7_200), Optional.empty());
        }
        for (int back = 70; back > 0; back--) {
            measure(now.minusSeconds(back));
        }
        raise(2, "a1", Kind.LIMIT_LOW, Priority.HIGH, "spo2", now);
        raise(4, "a2", Kind.LIMIT_HIGH, Priority.MEDIUM, "heart-rate", now);
        raise(7, "a3", Kind.SENSOR_OFF, Priority.LOW, "spo2", now);
        raise(8, "a4", Kind.LIMIT_HIGH, Priority.LOW, "respiratory-rate", now);
        raise(10, "a5", Kind.DEVICE_SILENT, Priority.MEDIUM, "", now);
        core.quarantined.add(new Held(1, "unbound", Optional.of(new DeviceId("mon-13")), now, "no patient"));
    }

    public static void main(String[] arguments) throws Exception {
        var ward = new DemoWard();
        int port = arguments.length == 0 ? 8080 : Integer.parseInt(arguments[0]);
        var door = ward.core.door(HttpSettings.standard().withPort(port), InstantSource.system());
        System.out.println("http://127.0.0.1:" + door.port() + "/");
        Executors.newSingleThreadScheduledExecutor()
                .scheduleAtFixedRate(() -> ward.measure(Instant.now()), 0, 1, TimeUnit.SECONDS);
    }

    private void measure(Instant now) {
        second++;
        core.gateways.clear();
        core.gateways.add(FakeCore.gateway("ward-3", second % 9, now));
        core.gateways.add(FakeCore.gateway("field-clinic", 48_211, now.minusSeconds(3_700)));
        core.anchor = new AnchorState(
                120_000 + second * 12,
                Optional.of(new SignedHead(120_000 + second * 11, Hash.of(new byte[32]), now.minusSeconds(4))),
                Optional.empty(),
                new ChainState.Connected(
                        31337,
                        "0xdef",
                        Optional.of(new ChainState.Anchor(
                                31337,
                                "0xdef",
                                "0xabc",
                                412,
                                119_400,
                                Hash.of(new byte[32]),
                                now,
                                ChainState.Finality.FINAL)),
                        Optional.empty(),
                        0));
        var batch = new ArrayList<StoredReading>();
        for (int i = 0; i < NAMES.size(); i++) {
            // One went silent half a minute ago.
            if (i == 10 && second > 40) {
                continue;
            }
            heart[i] += random.nextGaussian() * 0.7;
            batch.add(reading("mon-" + (i + 1), "p" + (i + 1), now.plusNanos(i * 1_000L), values(i)));
        }
        core.readings.accept(batch);
    }

    private Value[] values(int i) {
        var values = new ArrayList<Value>();
        int rate = (int) (i == 4 ? heart[i] + 60 : heart[i]);
        values.add(number("heart-rate", Integer.toString(rate)));
        values.add(
                i == 7
                        ? absent("spo2", AbsentReason.NOT_PERFORMED)
                        : number("spo2", Integer.toString(i == 2 ? 82 + random.nextInt(2) : 95 + random.nextInt(3))));
        values.add(number("respiratory-rate", Integer.toString(i == 8 ? 27 : 13 + random.nextInt(3))));
        if (i != 5) {
            values.add(number("temperature", i == 4 ? "38.7" : "36." + (4 + i % 5)));
        }
        if (i % 3 == 0) {
            values.add(number("arterial-systolic", Integer.toString(118 + random.nextInt(4))));
            values.add(number("arterial-diastolic", Integer.toString(74 + random.nextInt(3))));
            values.add(number("arterial-mean", Integer.toString(90 + random.nextInt(3))));
        } else if (second == 1) {
            values.add(number("systolic", Integer.toString(112 + i * 3)));
            values.add(number("diastolic", Integer.toString(66 + i)));
            values.add(number("mean-arterial-pressure", Integer.toString(81 + i * 2)));
        }
        return values.toArray(Value[]::new);
    }

    private void raise(int bed, String alarm, Kind kind, Priority priority, String parameter, Instant now) {
        var stamp = new Stamp(Optional.of(now), now, 1, 1, ClockState.SYNCHRONISED);
        var change = new AlarmChange(
                new DeviceId("mon-" + (bed + 1)),
                stamp,
                alarm,
                kind,
                priority,
                bed == 8 ? Phase.ACKNOWLEDGED : Phase.RAISED,
                parameter.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Catalogue.standard().key(parameter)),
                "beyond its limit for 10 s");
        core.alarms.change(new Alarm("ward-3", change, now, Optional.of("p" + (bed + 1))));
    }
}
