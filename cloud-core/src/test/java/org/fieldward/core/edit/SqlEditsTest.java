package org.fieldward.core.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.Shelf;
import org.fieldward.core.edit.Edits.Answer;
import org.fieldward.core.edit.Edits.Decision;
import org.fieldward.core.edit.Edits.Settled;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlEditsTest {

    private static final Key JO = new Key("Patient", "jo");
    private static final Author NURSE = new Author("gateway ward-3", Set.of("ward"), Sight.of(Set.of("ward")));
    private static final Author DOCTOR = new Author("ada", Set.of("ward"), Sight.of(Set.of("ward")));
    private static final Author ELSEWHERE = new Author("eve", Set.of("other"), Sight.of(Set.of("other")));

    private final Shelf shelf = new Shelf();
    private Optional<Answer.Refused> wrong = Optional.empty();
    private final Edits edits = new SqlEdits(shelf.database, shelf.chart, resource -> wrong, shelf.now::get);

    SqlEditsTest() {
        shelf.create(author("ward"), jo());
    }

    @AfterEach
    void close() {
        shelf.close();
    }

    private static Patient jo() {
        return Shelf.patient("jo", "Doe");
    }

    private static Patient phone(Patient patient, String number) {
        patient.addTelecom().setSystem(ContactPoint.ContactPointSystem.PHONE).setValue(number);
        return patient;
    }

    private static Patient gender(Patient patient, AdministrativeGender gender) {
        patient.setGender(gender);
        return patient;
    }

    private Version newest() {
        return shelf.chart.read(JO, Sight.EVERYTHING).orElseThrow();
    }

    private List<Version> origins() {
        return shelf.chart.history(HistoryQuery.ofType("Provenance", 10), Sight.EVERYTHING);
    }

    private long kept(Patient patient, long base) {
        return ((Answer.Kept) edits.apply(JO, base, patient, NURSE)).number();
    }

    @Test
    void an_edit_of_the_newest_version_is_just_written_and_comes_again_without_effect() {
        assertThat(edits.apply(JO, 1, phone(jo(), "555"), NURSE)).isInstanceOf(Answer.Merged.class);
        assertThat(newest().version()).isEqualTo(2);
        assertThat(newest().json()).contains("555");
        assertThat(edits.apply(JO, 1, phone(jo(), "555"), NURSE)).isEqualTo(new Answer.Unchanged(newest()));
        assertThat(origins()).isEmpty();
    }

    @Test
    void what_was_changed_at_both_places_is_brought_together_and_it_is_said_whose_it_was() {
        shelf.update(author("ward"), phone(jo(), "555"));
        assertThat(edits.apply(JO, 1, phone(jo(), "777"), NURSE)).isInstanceOf(Answer.Merged.class);
        assertThat(newest().json()).contains("555", "777");
        Provenance origin =
                (Provenance) Bodies.resource(Bodies.tree(origins().getFirst().json()));
        assertThat(origin.getTargetFirstRep().getReference()).isEqualTo("Patient/jo/_history/3");
        assertThat(origin.getAgentFirstRep().getWho().getDisplay()).isEqualTo("gateway ward-3");
        assertThat(origin.getEntity().stream().map(entity -> entity.getWhat().getReference()))
                .containsExactly("Patient/jo/_history/2", "Patient/jo/_history/1");
    }

    @Test
    void what_a_person_must_decide_waits_and_changes_nothing() {
        shelf.update(author("ward"), phone(jo(), "555"));
        Patient edited = gender(jo(), AdministrativeGender.FEMALE);
        long number = kept(edited, 1);
        assertThat(newest().version()).isEqualTo(2);
        assertThat(kept(edited, 1)).as("the same again").isEqualTo(number);
        assertThat(edits.list(true, OptionalLong.empty(), 10, DOCTOR.sight())).hasSize(1);
        Edits.Shown shown = edits.find(number, DOCTOR.sight()).orElseThrow();
        assertThat(shown.conflicts().stream().map(Conflict::element)).containsExactly("Patient.gender");
        assertThat(shown.version()).isEqualTo(2);
        assertThat(shown.theirs().path("gender").asText()).isEqualTo("female");
        assertThat(shown.ours().orElseThrow().has("gender")).isFalse();
        assertThat(shown.base().has("telecom")).isFalse();
    }

    @Test
    void a_decision_is_written_with_who_made_it_and_is_made_once() {
        shelf.update(author("ward"), phone(jo(), "555"));
        long number = kept(gender(jo(), AdministrativeGender.FEMALE), 1);
        assertThat(edits.decide(number, new Decision.Theirs(), 1, DOCTOR)).isEqualTo(new Settled.Stale(2));
        assertThat(edits.decide(number, new Decision.Theirs(), 2, DOCTOR)).isInstanceOf(Settled.Done.class);
        assertThat(newest().version()).isEqualTo(3);
        assertThat(newest().json()).contains("555", "female");
        Provenance origin =
                (Provenance) Bodies.resource(Bodies.tree(origins().getFirst().json()));
        assertThat(origin.getAgent().stream().map(agent -> agent.getWho().getDisplay()))
                .containsExactly("gateway ward-3", "ada");
        assertThat(edits.list(true, OptionalLong.empty(), 10, DOCTOR.sight())).isEmpty();
        Edits.Kept kept =
                edits.list(false, OptionalLong.empty(), 10, DOCTOR.sight()).getFirst();
        assertThat(kept.decided()).contains(new Edits.Decided("theirs", "ada", Shelf.NOON, 3));
        assertThat(edits.decide(number, new Decision.Ours(), 3, DOCTOR)).isInstanceOf(Settled.Already.class);
    }

    @Test
    void the_other_side_or_a_third_way_can_be_chosen_too() {
        shelf.update(author("ward"), gender(jo(), AdministrativeGender.MALE));
        long first = kept(phone(gender(jo(), AdministrativeGender.FEMALE), "555"), 1);
        long second = kept(phone(gender(jo(), AdministrativeGender.OTHER), "777"), 1);
        assertThat(edits.decide(first, new Decision.Ours(), 2, DOCTOR)).isInstanceOf(Settled.Done.class);
        assertThat(newest().json()).contains("\"male\"", "555");
        Patient third = gender(jo(), AdministrativeGender.UNKNOWN);
        third.setId("another");
        assertThat(edits.decide(second, new Decision.Merged(third), 3, DOCTOR)).isInstanceOf(Settled.Done.class);
        assertThat(newest().json()).contains("unknown").doesNotContain("777");
    }

    @Test
    void what_was_deleted_meanwhile_comes_back_only_if_a_person_says_so() {
        shelf.delete(author("ward"), JO);
        long first = kept(phone(jo(), "555"), 1);
        long second = kept(phone(jo(), "777"), 1);
        assertThat(edits.find(first, DOCTOR.sight()).orElseThrow().ours()).isEmpty();
        assertThat(edits.decide(first, new Decision.Ours(), 2, DOCTOR)).isInstanceOf(Settled.Done.class);
        assertThat(newest().isDeleted()).isTrue();
        assertThat(edits.decide(second, new Decision.Theirs(), 2, DOCTOR)).isInstanceOf(Settled.Done.class);
        assertThat(newest().json()).contains("777");
    }

    @Test
    void what_somebody_cannot_see_they_can_neither_edit_nor_decide() {
        shelf.update(author("ward"), phone(jo(), "555"));
        long number = kept(gender(jo(), AdministrativeGender.FEMALE), 1);
        assertThat(edits.apply(JO, 1, jo(), ELSEWHERE)).isEqualTo(new Answer.Missing());
        assertThat(edits.list(false, OptionalLong.empty(), 10, ELSEWHERE.sight()))
                .isEmpty();
        assertThat(edits.find(number, ELSEWHERE.sight())).isEmpty();
        assertThat(edits.decide(number, new Decision.Theirs(), 2, ELSEWHERE)).isEqualTo(new Settled.Missing());
    }

    @Test
    void an_edit_of_a_version_that_never_was_is_refused() {
        assertThat(edits.apply(JO, 7, jo(), NURSE)).isInstanceOf(Answer.Refused.class);
        assertThat(edits.apply(new Key("Patient", "nobody"), 1, jo(), NURSE)).isEqualTo(new Answer.Missing());
    }

    @Test
    void what_is_not_valid_is_refused_and_leaves_nothing() {
        wrong = Optional.of(new Answer.Refused("Patient.gender", "must be a code"));
        assertThat(edits.apply(JO, 1, phone(jo(), "555"), NURSE)).isEqualTo(wrong.get());
        assertThat(newest().version()).isEqualTo(1);
    }
}
