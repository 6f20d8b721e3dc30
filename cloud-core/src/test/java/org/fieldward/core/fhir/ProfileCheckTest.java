package org.fieldward.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.fieldward.core.fhir.ProfileCheck.Issue;
import org.fieldward.core.fhir.ProfileCheck.Severity;
import org.junit.jupiter.api.Test;

final class ProfileCheckTest {

    private static final ProfileCheck CHECK = ProfileCheck.shared();

    private static List<Issue> errors(String json) {
        return CHECK.check(json.replace('\'', '"'), Optional.empty()).stream()
                .filter(issue -> issue.severity() == Severity.ERROR)
                .toList();
    }

    @Test
    void a_valid_resource_has_no_error() {
        assertThat(errors("{'resourceType':'Patient','gender':'female','birthDate':'1970-01'}"))
                .isEmpty();
    }

    @Test
    void what_lacks_or_does_not_fit_is_named_with_its_place() {
        assertThat(errors("{'resourceType':'Observation','code':{'text':'x'}}"))
                .anySatisfy(issue -> assertThat(issue.rule()).contains("Observation.status"));
        assertThat(errors("{'resourceType':'Patient','gender':'fem'}"))
                .anySatisfy(issue -> assertThat(issue.element()).isEqualTo("Patient.gender"));
        assertThat(errors("{'resourceType':'Patient','contact':[{'gender':'male'}]}"))
                .as("invariant pat-1")
                .anySatisfy(issue -> {
                    assertThat(issue.element()).isEqualTo("Patient.contact[0]");
                    assertThat(issue.rule()).contains("pat-1");
                });
    }

    @Test
    void a_system_that_is_not_known_is_a_warning_and_a_wrong_code_of_a_required_set_an_error() {
        List<Issue> issues = CHECK.check(
                ("{'resourceType':'Observation','status':'final','code':{'coding':[{'system':'http://loinc.org',"
                                + "'code':'8867-4'},{'system':'http://house.example/codes','code':'puls'}]}}")
                        .replace('\'', '"'),
                Optional.empty());

        assertThat(issues).noneMatch(issue -> issue.severity() == Severity.ERROR);
        assertThat(errors("{'resourceType':'Encounter','status':'dreaming','class':{'code':'IMP'}}"))
                .anySatisfy(issue -> assertThat(issue.element()).isEqualTo("Encounter.status"));
    }

    @Test
    void a_profile_can_be_asked_for_and_one_that_is_not_known_is_refused() {
        String patient = "{\"resourceType\":\"Patient\"}";

        assertThat(CHECK.check(patient, Optional.of("http://hl7.org/fhir/StructureDefinition/Patient")))
                .noneMatch(issue -> issue.severity() == Severity.ERROR);
        assertThat(CHECK.check(patient, Optional.of("http://house.example/StructureDefinition/none")))
                .singleElement()
                .satisfies(issue -> assertThat(issue.severity()).isEqualTo(Severity.ERROR));
        assertThat(
                        errors(
                                "{'resourceType':'Observation','meta':{'profile':["
                                        + "'http://hl7.org/fhir/StructureDefinition/heartrate']},'status':'final','code':{'text':'x'}}"))
                .as("a claimed profile is held to")
                .isNotEmpty();
    }

    @Test
    void threads_do_not_disturb_each_other() throws Exception {
        try (var pool = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> answers = IntStream.range(0, 120)
                    .mapToObj(i -> pool.submit(() -> errors(
                                    i % 2 == 0
                                            ? "{'resourceType':'Patient','gender':'male'}"
                                            : "{'resourceType':'Patient','gender':'x" + i + "'}")
                            .size()))
                    .toList();
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get() > 0).as("answer " + i).isEqualTo(i % 2 != 0);
            }
        }
    }
}
