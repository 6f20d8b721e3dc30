package org.fieldward.core.chart.search;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ParametersTest {

    /** Their paths are read in another way. */
    private static final Set<String> BY_HAND = Set.of("Patient.deceased");

    @Test
    void every_path_of_r4_is_understood_but_for_those_left_out_by_name() {
        for (String type : ServedTypes.ALL) {
            Parameters parameters = Parameters.of(type);
            for (RuntimeSearchParam definition :
                    FhirContext.forR4Cached().getResourceDefinition(type).getSearchParams()) {
                Parameter parameter = parameters.all().get(definition.getName());
                if (parameter == null || BY_HAND.contains(type + "." + parameter.name())) {
                    continue;
                }
                for (String path : definition.getPath().split(" \\| ", -1)) {
                    assertThat(Path.of(path)).as(path).isPresent();
                }
            }
        }
    }

    @Test
    void the_names_that_values_are_kept_under_have_different_numbers() {
        Map<Integer, String> names = new HashMap<>();
        for (String type : ServedTypes.ALL) {
            for (String parameter : Parameters.of(type).all().keySet()) {
                for (String suffix : Set.of("", ":text", ":of-type", ":identifier")) {
                    String name = parameter + suffix;
                    assertThat(names.put(Parameter.number(type, name), type + "." + name))
                            .as(name)
                            .isNull();
                }
            }
        }
        assertThat(Parameter.number("Observation", "code")).as("for good").isEqualTo("Observation.code".hashCode());
    }

    @Test
    void a_device_is_in_no_patients_compartment_and_an_observation_is() {
        assertThat(Parameters.of("Device").compartment("Patient")).isEmpty();
        assertThat(Parameters.of("Observation").compartment("Patient")).containsExactly("performer", "subject");
        assertThat(Parameters.of("Appointment").compartment("Patient")).containsExactly("actor");
    }

    @Test
    void views_are_kept_once() {
        assertThat(Parameters.of("Observation").get("patient").stored()).containsExactly("subject");
        assertThat(Parameters.of("Appointment").get("practitioner").stored()).containsExactly("actor");
        assertThat(Parameters.of("Observation").get("combo-code").stored()).containsExactly("code", "component-code");
    }
}
