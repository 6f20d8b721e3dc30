package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.author;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.search.Parameter;
import org.fieldward.core.chart.search.Parameter.Kind;
import org.fieldward.core.chart.search.Parameters;
import org.fieldward.core.chart.search.ServedTypes;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** Every type and every parameter, if only to see that the database understands what is asked. */
final class ServedTypesTest {

    @Test
    void each_type_is_kept_and_each_of_its_parameters_is_served() {
        try (Shelf shelf = new Shelf()) {
            for (String type : ServedTypes.ALL) {
                var resource = (Resource)
                        FhirContext.forR4Cached().getResourceDefinition(type).newInstance();
                resource.setId("empty");
                shelf.create(author("north"), resource);
            }
            for (String type : ServedTypes.ALL) {
                Map<String, List<String>> missing = new HashMap<>();
                var sorts = new ArrayList<String>();
                for (Parameter parameter : Parameters.of(type).all().values()) {
                    // A type that is empty still has an id and a time, and a Patient is dead or not.
                    boolean had = List.of("_id", "_lastUpdated", "deceased").contains(parameter.name());
                    if (!had) {
                        missing.put(parameter.name() + ":missing", List.of("true"));
                    }
                    if (parameter.kind() != Kind.COMPOSITE && sorts.size() < 20) {
                        sorts.add(sorts.size() % 2 == 0 ? parameter.name() : "-" + parameter.name());
                    }
                }
                missing.put("_sort", List.of(String.join(",", sorts)));
                missing.put("_count", List.of("1"));
                missing.put("_total", List.of("accurate"));

                var found = shelf.chart.search(type, missing, Optional.empty(), Sight.EVERYTHING);

                assertThat(found.matches()).as(type).hasSize(1);
                assertThat(found.total()).hasValue(1);
                for (Parameter parameter : Parameters.of(type).all().values()) {
                    Condition asked = Condition.of(type + "?" + parameter.name() + "=" + example(parameter.kind()));
                    assertThat(shelf.chart
                                    .search(type, asked.parameters(), Optional.empty(), Sight.EVERYTHING)
                                    .matches())
                            .as(parameter.toString())
                            .isEmpty();
                }
            }
        }
    }

    private static String example(Kind kind) {
        return switch (kind) {
            case TOKEN, STRING, URI, REFERENCE -> "x";
            case DATE -> "1900-01-01";
            case QUANTITY, NUMBER -> "1";
            case COMPOSITE -> "x$1999";
        };
    }
}
