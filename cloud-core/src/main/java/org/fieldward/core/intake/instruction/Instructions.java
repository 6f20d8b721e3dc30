package org.fieldward.core.intake.instruction;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.registry.Configurations;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.link.Configuration;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.DocumentVerdict;
import org.fieldward.proto.link.DocumentVerdicts;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.Roster;
import org.fieldward.proto.link.RosterEntry;
import org.fieldward.proto.reading.Micros;

/** What the centre has to say to a gateway beside its confirmations: its settings, and who lies where. Thread-safe. */
public final class Instructions {

    private static final int MAX_DETAIL = 2_000;

    /** What the ward's screen shows of a patient beside the bed. */
    public enum Label {
        /** Nothing: who lies there stays at the core. */
        BED,
        INITIALS
    }

    /** What one session was told. */
    public static final class Told {
        private long configuration;
        private Optional<List<RosterEntry>> roster = Optional.empty();
        private boolean knowsDocuments;
        private long mark;

        /** @param newest mark that the gateway keeps */
        public void knowsDocuments(long newest) {
            synchronized (this) {
                knowsDocuments = true;
                mark = newest;
            }
        }
    }

    /** How many documents a gateway remembers. */
    private static final int MAX_VERDICTS = 500;

    private final Configurations configurations;
    private final Supplier<Snapshot> registry;
    private final Rulings rulings;
    private final Label label;
    private final InstantSource clock;

    public Instructions(
            Configurations configurations,
            Supplier<Snapshot> registry,
            Rulings rulings,
            Label label,
            InstantSource clock) {
        this.rulings = rulings;
        this.configurations = configurations;
        this.registry = registry;
        this.label = label;
        this.clock = clock;
    }

    /** What is new since this session was last told. */
    public List<FromCore> owed(String gateway, Told told) {
        synchronized (told) {
            var owed = new ArrayList<FromCore>();
            configurations
                    .present(gateway)
                    .filter(wanted -> wanted.version() != told.configuration)
                    .ifPresent(wanted -> {
                        told.configuration = wanted.version();
                        owed.add(FromCore.newBuilder()
                                .setConfiguration(Configuration.newBuilder()
                                        .setVersion(wanted.version())
                                        .putAllSettings(wanted.settings()))
                                .build());
                    });
            if (told.knowsDocuments) {
                List<DocumentVerdict> verdicts = rulings.after(gateway, told.mark, MAX_VERDICTS);
                if (!verdicts.isEmpty()) {
                    told.mark = verdicts.getLast().getMark();
                    owed.add(FromCore.newBuilder()
                            .setDocuments(DocumentVerdicts.newBuilder().addAllVerdicts(verdicts))
                            .build());
                }
            }
            Instant now = clock.instant();
            List<RosterEntry> places = places(registry.get(), gateway, now);
            if (!told.roster.equals(Optional.of(places))) {
                told.roster = Optional.of(places);
                owed.add(FromCore.newBuilder()
                        .setRoster(
                                Roster.newBuilder().setVersion(Micros.of(now)).addAllEntries(places))
                        .build());
            }
            return owed;
        }
    }

    public void heard(String gateway, ConfigurationState state) {
        String detail = state.getDetail()
                .codePoints()
                .filter(one -> !Character.isISOControl(one))
                .limit(MAX_DETAIL)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        configurations.settled(
                gateway,
                new Configurations.Settled(
                        state.getVersion(),
                        state.getApplied(),
                        detail,
                        clock.instant().truncatedTo(ChronoUnit.MICROS)));
    }

    /** The devices that this gateway carries and that have a bed, or somebody to whom they are bound. */
    private List<RosterEntry> places(Snapshot snapshot, String gateway, Instant now) {
        return snapshot.carried(gateway).values().stream()
                .map(Known::is)
                .sorted(Comparator.comparing(Device::id))
                .map(device -> RosterEntry.newBuilder()
                        .setDevice(device.id().name())
                        .setBed(device.bed().orElse(""))
                        .setLabel(label(snapshot, device, now))
                        .build())
                .filter(entry -> !entry.getBed().isEmpty() || !entry.getLabel().isEmpty())
                .toList();
    }

    private String label(Snapshot snapshot, Device device, Instant now) {
        return switch (label) {
            case BED -> "";
            case INITIALS ->
                snapshot.servedBy(device.id(), now)
                        .map(Known::is)
                        .map(Instructions::initials)
                        .orElse("");
        };
    }

    private static String initials(Patient patient) {
        return Stream.of(patient.given(), patient.family())
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> Character.toString(name.codePointAt(0)) + ".")
                .collect(Collectors.joining(" "));
    }
}
