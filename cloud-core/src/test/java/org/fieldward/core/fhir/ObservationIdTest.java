package org.fieldward.core.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;

class ObservationIdTest {

    private static final String ALPHABET = "abcxyzABCXYZ0189._-u";

    @Test
    void any_device_name_makes_an_id_that_fhir_allows_and_that_reads_back() {
        var random = new Random(7);
        var ids = new HashSet<String>();
        for (int i = 0; i < 20_000; i++) {
            var device = new DeviceId(name(random));
            var parameters = List.copyOf(Catalogue.standard().all());
            var id = new ObservationId(device, random.nextLong(), parameters.get(random.nextInt(parameters.size())));

            assertThat(id.toString()).matches("[A-Za-z0-9\\-.]{1,64}");
            assertThat(ids.add(id.toString())).isTrue();
            assertThat(ObservationId.parse(id.toString(), List.of(device))).contains(id);
        }
    }

    @Test
    void names_that_differ_only_in_dots_and_underscores_have_different_ids() {
        assertThat(List.of("a.b", "a_b", "a..b", "a.ub", "a.u.b", "a_.b"))
                .extracting(name -> FhirId.ofDevice(new DeviceId(name)))
                .doesNotHaveDuplicates();
    }

    @Test
    void what_no_observation_can_be_called_names_nothing() {
        for (String id : List.of(
                "",
                ".",
                "..",
                "a",
                "a.1",
                ".1.1",
                "a.1.99",
                "a.1.01",
                "a.-.1",
                "a.!.1",
                "a._.1.1",
                "a.x.1.1",
                "-00ff.1.1",
                "a.1.+1",
                "A".repeat(70) + ".1.1",
                "a.zzzzzzzzzzzzzzzzz.1")) {
            assertThat(ObservationId.parse(id, List.of())).as(id).isEmpty();
        }
    }

    private static String name(Random random) {
        var name = new StringBuilder("d");
        int length = random.nextInt(64);
        for (int i = 0; i < length; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }
}
