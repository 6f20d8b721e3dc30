package org.fieldward.core.intake.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.registry.MemoryConfigurations;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.DocumentVerdict;
import org.fieldward.proto.link.FromCore;
import org.fieldward.proto.link.RosterEntry;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;

public final class InstructionsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final DeviceId MONITOR = new DeviceId("monitor-1");

    /** One device of gateway g1 in a bed with a patient until one o'clock, one without a bed, and one of another gateway. */
    public static final Snapshot SNAPSHOT = Snapshot.EMPTY
            .with(
                    "p-1",
                    new Known<>(1, new Patient("p-1", "MRN-1", "Zimmermann", "Quirin", Optional.empty(), "male", NOON)))
            .with(MONITOR, device(1, MONITOR, Optional.of("Bed 3"), "g1"))
            .with(new DeviceId("spare"), device(2, new DeviceId("spare"), Optional.empty(), "g1"))
            .with(new DeviceId("elsewhere"), device(3, new DeviceId("elsewhere"), Optional.of("Bed 9"), "g2"))
            .with(new Binding(1, MONITOR, "p-1", NOON.minusSeconds(60), Optional.of(NOON.plusSeconds(3600))));

    private static Known<Device> device(int number, DeviceId id, Optional<String> bed, String gateway) {
        return new Known<>(number, new Device(id, "monitor", bed, Optional.of(gateway), NOON));
    }

    private final MemoryConfigurations configurations = new MemoryConfigurations(() -> List.of("g1"));
    private Instant now = NOON;

    private Instructions instructions(Instructions.Label label) {
        return new Instructions(configurations, () -> SNAPSHOT, this::rulings, label, () -> now);
    }

    private final List<DocumentVerdict> rulings = new ArrayList<>();

    private List<DocumentVerdict> rulings(String gateway, long mark, int limit) {
        return gateway.equals("g1")
                ? rulings.stream()
                        .filter(one -> one.getMark() > mark)
                        .limit(limit)
                        .toList()
                : List.of();
    }

    @Test
    void a_gateway_hears_once_in_a_session_what_became_of_its_documents_behind_what_it_keeps() {
        Instructions instructions = instructions(Instructions.Label.BED);
        var told = new Instructions.Told();
        told.knowsDocuments(4);
        rulings.add(DocumentVerdict.newBuilder().setMark(4).setSequence(1).build());
        rulings.add(DocumentVerdict.newBuilder().setMark(6).setSequence(2).build());

        assertThat(documents(instructions.owed("g1", told))).containsExactly(2L);
        assertThat(documents(instructions.owed("g1", told))).isEmpty();
        rulings.add(DocumentVerdict.newBuilder().setMark(7).setSequence(1).build());
        assertThat(documents(instructions.owed("g1", told))).containsExactly(1L);
        assertThat(documents(instructions.owed("g1", new Instructions.Told())))
                .as("a gateway of an older protocol")
                .isEmpty();
    }

    private static List<Long> documents(List<FromCore> said) {
        return said.stream()
                .flatMap(one -> one.getDocuments().getVerdictsList().stream())
                .map(DocumentVerdict::getSequence)
                .toList();
    }

    @Test
    void a_ward_hears_the_beds_of_its_own_devices_and_by_default_nothing_of_who_lies_there() {
        List<FromCore> said = instructions(Instructions.Label.BED).owed("g1", new Instructions.Told());

        assertThat(said).hasSize(1);
        assertThat(said.getFirst().getRoster().getEntriesList())
                .containsExactly(RosterEntry.newBuilder()
                        .setDevice("monitor-1")
                        .setBed("Bed 3")
                        .build());
        assertThat(said.toString()).doesNotContain("Zimmermann", "Quirin", "MRN", "p-1");
    }

    @Test
    void initials_follow_the_binding_as_time_goes_on_and_never_the_name() {
        Instructions instructions = instructions(Instructions.Label.INITIALS);
        var told = new Instructions.Told();

        List<FromCore> said = instructions.owed("g1", told);
        assertThat(said.getFirst().getRoster().getEntries(0).getLabel()).isEqualTo("Q. Z.");
        assertThat(said.toString()).doesNotContain("Zimmermann", "Quirin", "MRN", "p-1");

        assertThat(instructions.owed("g1", told)).as("nothing changed").isEmpty();
        now = NOON.plusSeconds(3600);
        List<FromCore> later = instructions.owed("g1", told);
        assertThat(later.getFirst().getRoster().getEntries(0).getLabel()).isEmpty();
        assertThat(later.getFirst().getRoster().getVersion())
                .isGreaterThan(said.getFirst().getRoster().getVersion());
    }

    @Test
    void what_a_gateway_says_is_kept_as_one_line_of_text() {
        instructions(Instructions.Label.BED)
                .heard(
                        "g1",
                        ConfigurationState.newBuilder()
                                .setVersion(3)
                                .setDetail("a\nb" + "x".repeat(5_000))
                                .build());

        assertThat(configurations.settled())
                .hasEntrySatisfying(
                        "g1",
                        said -> assertThat(said.detail()).startsWith("abx").hasSize(2_000));
    }
}
