package org.fieldward.core.distribution.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.observe.Observations.Answer;
import org.fieldward.core.distribution.search.Asked;
import org.fieldward.core.distribution.search.Searchable;
import org.fieldward.core.fhir.FullValidator;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.observation.follower.Ward;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was corrected: who sees which version of an Observation, and what is said about why it was changed. */
class PastObservationTest {

    private static final Instant MINUTE = Ward.NOON.plusSeconds(60);
    private static final Sight SOUTH = Sight.of(Set.of("south"));
    private static final Sight NORTH = Sight.of(Set.of("north"));

    private final Ward ward = new Ward();
    private final String id = new ObservationId(Ward.BED, Micros.of(MINUTE), Ward.HEART_RATE).toString();

    /** The device's own gateway is nobody's here, so that only patients make things seen. */
    private final Belonging belonging = new Belonging() {
        @Override
        public Set<String> ofDevice(DeviceId device) {
            return device.equals(Ward.BED) ? Set.of() : Set.of("north");
        }

        @Override
        public Set<String> ofPatient(String patient) {
            return Map.of("ann", Set.of("south"), "bob", Set.of("north")).getOrDefault(patient, Set.of());
        }
    };

    private Past past;
    private Observations observations;
    private OneSearch search;

    @BeforeEach
    void a_reading_was_taken_for_anns_and_is_bobs() {
        var visibility = new Visibility(ward.registry, belonging);
        past = new Past(ward.registry, ward.readings, ward.waveforms, visibility);
        observations = new Observations(ward.registry, Kept.NOTHING, past);
        search = new OneSearch(ward.registry, ward.readings, ward.waveforms, Kept.NOTHING, visibility, past);
        var binding = ward.bind(Ward.BED, "ann", Ward.NOON, Optional.empty());
        ward.arrives("g1", Ward.heartRate(Ward.BED, MINUTE, 71));
        ward.registry.endBinding(binding.number(), Ward.NOON.plusSeconds(30));
        ward.settle();
        ward.bind(Ward.BED, "bob", Ward.NOON.plusSeconds(30), Optional.empty());
        ward.settle();
    }

    @AfterEach
    void close() {
        ward.close();
    }

    @Test
    void the_history_keeps_whom_an_observation_named_before() {
        List<Observations.Entry> history = observations.history(id, Sight.EVERYTHING);

        assertThat(history).hasSize(2);
        assertThat(subject(history.get(0))).isEqualTo("Patient/bob");
        assertThat(subject(history.get(1))).isEqualTo("Patient/ann");
        assertThat(history.get(1).first()).isTrue();
        assertThat(history.get(0).at()).isEqualTo(Ward.NOON);
        assertThat(((Answer.There) observations.version(id, "1", Sight.EVERYTHING))
                        .observation()
                        .getSubject()
                        .getReference())
                .isEqualTo("Patient/ann");
        assertThat(((Answer.There) observations.read(id, Sight.EVERYTHING))
                        .observation()
                        .getMeta()
                        .getVersionId())
                .isEqualTo("2");
        assertThat(observations.version(id, "3", Sight.EVERYTHING)).isInstanceOf(Answer.Missing.class);
        assertThat(observations.version(id, "x", Sight.EVERYTHING)).isInstanceOf(Answer.Missing.class);
    }

    private static String subject(Observations.Entry entry) {
        return entry.observation().orElseThrow().getSubject().getReference();
    }

    @Test
    void who_may_see_only_the_former_patient_sees_that_version_and_not_the_present_one() {
        assertThat(observations.read(id, SOUTH)).isInstanceOf(Answer.Gone.class);
        assertThat(observations.version(id, "1", SOUTH)).isInstanceOf(Answer.There.class);
        assertThat(observations.version(id, "2", SOUTH)).isInstanceOf(Answer.Missing.class);
        assertThat(observations.history(id, SOUTH)).hasSize(2);
        assertThat(observations.history(id, SOUTH).getFirst().observation()).isEmpty();
        assertThat(past.provenances("Observation", id, SOUTH)).isEmpty();

        assertThat(observations.read(id, NORTH)).isInstanceOf(Answer.There.class);
        assertThat(observations.version(id, "1", NORTH)).isInstanceOf(Answer.Missing.class);
        assertThat(observations.history(id, NORTH)).hasSize(1);
        assertThat(past.provenances("Observation", id, NORTH)).hasSize(1);

        assertThat(observations.read(id, Sight.of(Set.of("east")))).isInstanceOf(Answer.Missing.class);
        assertThat(observations.history(id, Sight.ofPatient("ann"))).hasSize(2);
        assertThat(observations.read(id, Sight.ofPatient("bob"))).isInstanceOf(Answer.There.class);
    }

    @Test
    void a_correction_says_why_in_a_provenance_that_can_be_read_found_and_shown_beside() {
        Provenance provenance =
                past.provenances("Observation", id, Sight.EVERYTHING).getFirst();

        assertThat(FullValidator.errors(provenance)).isEmpty();
        assertThat(provenance.getTargetFirstRep().getReference()).isEqualTo("Observation/" + id + "/_history/2");
        assertThat(provenance.getReasonFirstRep().getText()).contains("whom the device served");
        assertThat(provenance.getRecorded().toInstant()).isEqualTo(Ward.NOON);
        String own = provenance.getIdElement().getIdPart();
        assertThat(past.provenance(own, Sight.EVERYTHING)
                        .orElseThrow()
                        .getTargetFirstRep()
                        .getReference())
                .isEqualTo(provenance.getTargetFirstRep().getReference());
        assertThat(past.provenance(own, SOUTH)).isEmpty();
        assertThat(past.provenance(own.replace(".2", ".3"), Sight.EVERYTHING)).isEmpty();

        OneSearch.Result found = find("patient=bob&_revinclude=Provenance:target&_include=Observation:*", NORTH);
        assertThat(found.matches()).hasSize(1);
        assertThat(found.included()).extracting(Resource::fhirType).containsExactlyInAnyOrder("Patient", "Provenance");
        assertThat(find("patient=bob&_revinclude=Provenance:target", Sight.EVERYTHING)
                        .included())
                .hasSize(1);
    }

    @Test
    void while_nobody_is_served_the_observation_is_gone_and_its_history_says_so() {
        var now = ward.registry.bindings().stream()
                .filter(binding -> binding.patient().equals("bob"))
                .findFirst()
                .orElseThrow();
        ward.registry.endBinding(now.number(), Ward.NOON.plusSeconds(31));
        ward.settle();

        assertThat(observations.read(id, Sight.EVERYTHING)).isInstanceOf(Answer.Gone.class);
        assertThat(observations.history(id, Sight.EVERYTHING)).hasSize(3);
        assertThat(observations.history(id, Sight.EVERYTHING).getFirst().observation())
                .isEmpty();
    }

    @Test
    void a_search_finds_only_what_is_seen_whatever_it_asks_for() {
        var other = new DeviceId("bed-2");
        ward.bind(other, "ann", Ward.NOON, Optional.empty());
        ward.arrives("g2", Ward.heartRate(other, MINUTE, 88));

        assertThat(find("", Sight.EVERYTHING).matches()).hasSize(2);
        // Bob's, and what a device of the north measured of Ann.
        assertThat(find("", NORTH).matches()).hasSize(2);
        assertThat(find("patient=ann", NORTH).matches()).hasSize(1);
        assertThat(find("", SOUTH).matches()).hasSize(1);
        assertThat(find("patient=bob", SOUTH).matches()).isEmpty();
        assertThat(find("_id=" + id, SOUTH).matches()).isEmpty();
        assertThat(find("device=bed-1", SOUTH).matches()).isEmpty();
        assertThat(find("device=bed-2", SOUTH).matches()).hasSize(1);
        assertThat(find("", Sight.of(Set.of("east"))).matches()).isEmpty();
        assertThat(find("", Sight.ofPatient("ann")).matches()).hasSize(1);
        assertThat(find("_total=accurate", SOUTH).total()).hasValue(1);
        assertThat(find("_total=accurate", Sight.EVERYTHING).total()).hasValue(2);
        assertThat(find("_total=accurate&code=8480-6", Sight.EVERYTHING).total())
                .hasValue(0);
        assertThat(find("_include=Observation:device&patient=ann", SOUTH).included())
                .isEmpty();
        assertThat(find("_lastUpdated=gt2026-03-01T12:00:30Z", Sight.EVERYTHING).matches())
                .extracting(one -> one.getDevice().getReference())
                .containsExactly("Device/bed-2");
    }

    private OneSearch.Result find(String query, Sight sight) {
        Asked asked = Asked.parse(Searchable.OBSERVATION, query.isEmpty() ? "_count=50" : query);
        return search.page(asked, Ward.NOON, Optional.empty(), sight);
    }

    @Test
    void nothing_can_be_stored_under_the_id_of_a_reading_or_a_loss() {
        assertThat(observations.isMade(id)).isTrue();
        assertThat(observations.isMade("gap-1-1")).isTrue();
        assertThat(observations.isMade("lab-1")).isFalse();
        assertThat(observations.read("lab-1", Sight.EVERYTHING)).isInstanceOf(Answer.Missing.class);
        assertThat(observations.read("no/id", Sight.EVERYTHING)).isInstanceOf(Answer.Missing.class);
    }
}
