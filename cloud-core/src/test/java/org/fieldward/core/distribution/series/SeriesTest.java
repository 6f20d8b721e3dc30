package org.fieldward.core.distribution.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.Belonging;
import org.fieldward.core.distribution.observe.Past;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.series.Measured.Kind;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.follower.Ward;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything that is made of readings, one after the other, on a real store. */
class SeriesTest {

    private static final DeviceId OTHER = new DeviceId("monitor-2");
    private static final Sight SOUTH = Sight.of(Set.of("south"));

    private final Ward ward = new Ward();
    private final AtomicLong storedBefore = new AtomicLong();

    private final Belonging belonging = new Belonging() {
        @Override
        public Set<String> ofDevice(DeviceId device) {
            return Set.of();
        }

        @Override
        public Set<String> ofPatient(String patient) {
            return Map.of("ann", Set.of("south"), "bob", Set.of("north")).getOrDefault(patient, Set.of());
        }
    };

    private Series series;

    /** Three readings of Ann's with two Observations each, the middle one given to Bob later; one of Bob's own. */
    @BeforeEach
    void readings() {
        var visibility = new Visibility(ward.registry, belonging);
        var past = new Past(ward.registry, ward.readings, ward.waveforms, visibility);
        series = new Series(ward.registry, ward.readings, visibility, past, time -> storedBefore.get());
        var binding = ward.bind(Ward.BED, "ann", Ward.NOON, Optional.empty());
        ward.bind(OTHER, "bob", Ward.NOON, Optional.empty());
        for (int minute = 1; minute <= 3; minute++) {
            ward.arrives("g1", two(Ward.BED, minute));
        }
        ward.arrives("g1", Ward.heartRate(OTHER, Ward.NOON.plusSeconds(60), 88));
        ward.registry.endBinding(binding.number(), Ward.NOON.plusSeconds(90));
        ward.settle();
        var bobs = ward.bind(Ward.BED, "bob", Ward.NOON.plusSeconds(90), Optional.of(Ward.NOON.plusSeconds(150)));
        assertThat(bobs.patient()).isEqualTo("bob");
        ward.bind(Ward.BED, "ann", Ward.NOON.plusSeconds(150), Optional.empty());
        ward.settle();
    }

    @AfterEach
    void close() {
        ward.close();
    }

    private static Entry two(DeviceId device, int minute) {
        return Ward.reading(
                device,
                Ward.NOON.plusSeconds(minute * 60L),
                Ward.quantity(Ward.HEART_RATE, "7" + minute),
                Ward.quantity(Ward.SPO2, "9" + minute));
    }

    private List<Resource> all(Kind kind, Optional<Instant> since, Sight sight) {
        var all = new ArrayList<Resource>();
        try {
            series.each(kind, since, sight, all::add);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    private static List<String> ids(List<Resource> resources) {
        return resources.stream().map(one -> one.getIdElement().getIdPart()).toList();
    }

    private static Set<String> subjects(List<Resource> observations) {
        var subjects = new java.util.TreeSet<String>();
        observations.forEach(
                one -> subjects.add(((Observation) one).getSubject().getReference()));
        return subjects;
    }

    @Test
    void pages_of_any_size_hold_the_same_as_the_whole_each_once() {
        for (Kind kind : Kind.values()) {
            List<Resource> whole = all(kind, Optional.empty(), Sight.EVERYTHING);
            assertThat(whole)
                    .hasSize(kind == Kind.OBSERVATION ? 7 : ids(whole).size())
                    .isNotEmpty();
            assertThat(ids(whole)).doesNotHaveDuplicates();
            for (int count = 1; count <= 4; count++) {
                var paged = new ArrayList<Resource>();
                Optional<String> place = Optional.empty();
                do {
                    Measured.Page page = series.page(kind, Optional.empty(), Sight.EVERYTHING, place, count);
                    assertThat(page.resources().size()).isBetween(1, count);
                    paged.addAll(page.resources());
                    place = page.next();
                } while (place.isPresent());
                assertThat(ids(paged)).as("%s by %s", kind, count).isEqualTo(ids(whole));
            }
        }
    }

    @Test
    void nobody_gets_what_they_do_not_see() {
        assertThat(subjects(all(Kind.OBSERVATION, Optional.empty(), SOUTH))).containsExactly("Patient/ann");
        assertThat(all(Kind.OBSERVATION, Optional.empty(), SOUTH)).hasSize(4);
        assertThat(all(Kind.OBSERVATION, Optional.empty(), Sight.ofPatient("bob")))
                .hasSize(3);
        assertThat(subjects(all(Kind.OBSERVATION, Optional.empty(), Sight.ofPatient("bob"))))
                .containsExactly("Patient/bob");
        assertThat(all(Kind.OBSERVATION, Optional.empty(), Sight.of(Set.of("east"))))
                .isEmpty();
        assertThat(all(Kind.PROVENANCE, Optional.empty(), Sight.of(Set.of("east"))))
                .isEmpty();
    }

    @Test
    void each_version_that_took_the_place_of_another_has_its_provenance() {
        List<Resource> bobs = all(Kind.PROVENANCE, Optional.empty(), Sight.ofPatient("bob"));
        assertThat(bobs)
                .hasSize(2)
                .allMatch(one -> ((Provenance) one)
                        .getTarget()
                        .getFirst()
                        .getReference()
                        .startsWith("Observation/" + Ward.BED.name()));
        assertThat(ids(all(Kind.PROVENANCE, Optional.empty(), Sight.EVERYTHING)))
                .containsAll(ids(bobs));
    }

    @Test
    void since_tells_what_changed_and_what_reached_the_centre_late() {
        Instant later = Ward.NOON.plusSeconds(3_600);
        assertThat(all(Kind.OBSERVATION, Optional.of(Ward.NOON.plusSeconds(170)), Sight.EVERYTHING))
                .as("no checkpoint tells what was there before")
                .hasSize(7);
        storedBefore.set(Long.MAX_VALUE);
        assertThat(all(Kind.OBSERVATION, Optional.of(later), Sight.EVERYTHING)).isEmpty();
        assertThat(all(Kind.OBSERVATION, Optional.of(Ward.NOON.plusSeconds(30)), Sight.EVERYTHING))
                .as("what was corrected was so at noon")
                .hasSize(3);
        assertThat(all(Kind.PROVENANCE, Optional.of(later), Sight.EVERYTHING)).isEmpty();
        storedBefore.set(ward.of("bob").stream()
                .mapToLong(Observed::commitmentBatch)
                .min()
                .orElseThrow());
        assertThat(all(Kind.OBSERVATION, Optional.of(later), Sight.EVERYTHING))
                .as("stored after the checkpoint, whenever they were measured")
                .hasSizeBetween(1, 6);
    }
}
