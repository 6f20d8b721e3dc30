package org.fieldward.proto.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    private final Catalogue catalogue = Catalogue.standard();

    @Test
    void it_says_what_the_reference_says_of_every_vital_sign() throws IOException {
        Path reference = Path.of(System.getProperty("fieldward.shared", "none"), "reference", "vital-signs.csv");
        assumeTrue(Files.exists(reference), "the reference catalogue is not here: " + reference.getFileName());
        List<String> lines = Files.readAllLines(reference);

        for (String line : lines.subList(1, lines.size())) {
            String[] cell = line.split(",", 6);
            Optional<Parameter> found = catalogue.find(cell[4].isEmpty() ? cell[2] : cell[4]);
            if (cell[2].equals("19889-5")) {
                found = catalogue.find(cell[2]);
            }
            assertThat(found).as(line).isPresent();
            Parameter parameter = found.get();
            assertThat(parameter.loinc()).as(line).isEqualTo(cell[2]);
            assertThat(parameter.unit().map(Unit::ucum).orElse("")).as(line).isEqualTo(cell[3]);
            assertThat(cell[1])
                    .as(line)
                    .satisfiesAnyOf(
                            profile -> assertThat(profile).startsWith(parameter.profile()),
                            profile -> assertThat(profile).startsWith("component"));
        }
    }

    @Test
    void a_parameter_is_found_by_key_loinc_or_mdc_code() {
        Parameter spo2 = catalogue.key("spo2");

        assertThat(List.of(catalogue.find("2708-6"), catalogue.find("59408-5"), catalogue.find("150456")))
                .containsOnly(Optional.of(spo2));
        assertThat(catalogue.find("2708-7")).isEmpty();
    }

    @Test
    void a_shared_loinc_code_means_the_non_invasive_pressure_and_its_mdc_code_tells_them_apart() {
        assertThat(catalogue.find("8480-6")).contains(catalogue.key("systolic"));
        assertThat(catalogue.find("150037")).contains(catalogue.key("arterial-systolic"));
    }

    @Test
    void a_zero_of_a_sensor_that_is_off_is_never_a_number() {
        Parameter spo2 = catalogue.key("spo2");

        assertThatThrownBy(() -> new Value.Quantity(spo2, new BigDecimal("0.0"), Unit.PERCENT))
                .hasMessage("spo2: a zero is 'sensor off', never a number");
        assertThat(new Value.Quantity(catalogue.key("cvp"), BigDecimal.ZERO, Unit.MILLIMETRE_OF_MERCURY).number())
                .isZero();
    }

    @Test
    void a_unit_that_the_parameter_does_not_allow_is_refused_and_none_is_converted() {
        Parameter temperature = catalogue.key("temperature");

        assertThatThrownBy(() -> new Value.Quantity(temperature, new BigDecimal("310"), Unit.PERCENT))
                .hasMessage("temperature does not allow the unit %");
        assertThat(new Value.Quantity(temperature, new BigDecimal("98.60"), Unit.FAHRENHEIT).number())
                .isEqualTo(new BigDecimal("98.60"));
    }

    @Test
    void a_device_name_can_be_no_wildcard_path_or_control_character() {
        for (String bad : List.of("", "#", "a/b", "+", "a\u0000", "-a", ".a", "a b", "ä", "a".repeat(65))) {
            assertThatThrownBy(() -> new DeviceId(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new DeviceId("bed-12.monitor_A").name()).isEqualTo("bed-12.monitor_A");
    }
}
