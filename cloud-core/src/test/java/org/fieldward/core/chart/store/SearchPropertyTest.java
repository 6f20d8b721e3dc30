package org.fieldward.core.chart.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.chart.store.Shelf.NOON;
import static org.fieldward.core.chart.store.Shelf.author;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.search.Matching;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random resources, random searches: the database finds what looking at every single one finds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SearchPropertyTest {

    private static final int PATIENTS = 6;
    private static final int OBSERVATIONS = 60;
    private static final int SEARCHES = 60;
    private static final List<String> FACILITIES = List.of("north", "south", "east");

    private final Shelf shelf = new Shelf();
    private final List<Version> newest = new ArrayList<>();

    @BeforeAll
    void fill() {
        var random = new Random(4711);
        var keys = new TreeSet<String>();
        for (int i = 0; i < PATIENTS + OBSERVATIONS; i++) {
            shelf.create(author(pick(random, FACILITIES)), resource(random, i));
        }
        // Some are changed, some are gone.
        shelf.chart.write(author(), desk -> {
            for (int i = PATIENTS; i < PATIENTS + OBSERVATIONS; i += 5) {
                Resource again = resource(random, i);
                desk.apply(
                        i % 2 == 0
                                ? new Change.Update(again, java.util.OptionalLong.empty())
                                : new Change.Delete(
                                        new Key(
                                                again.fhirType(),
                                                again.getIdElement().getIdPart()),
                                        java.util.OptionalLong.empty()));
            }
            return keys;
        });
        Map<Key, Version> last = new HashMap<>();
        shelf.chart.after(0, 1_000).forEach(version -> last.put(version.key(), version));
        newest.addAll(last.values());
    }

    @AfterAll
    void close() {
        shelf.close();
    }

    private static <T> T pick(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static Resource resource(Random random, int i) {
        if (i < PATIENTS) {
            var patient = new Patient();
            patient.setId("p" + i);
            patient.addName().setFamily(pick(random, List.of("Doe", "Roe", "Müller", "O'Neil")));
            patient.addIdentifier()
                    .setSystem(pick(random, List.of("urn:a", "urn:b")))
                    .setValue("" + random.nextInt(3));
            patient.getBirthDateElement()
                    .setValueAsString(pick(random, List.of("1980", "1980-05", "1980-05-06", "1981")));
            return patient;
        }
        var observation = new Observation();
        observation.setId("o" + i);
        observation.setStatus(
                pick(random, List.of(Observation.ObservationStatus.FINAL, Observation.ObservationStatus.AMENDED)));
        observation.setCode(concept(random));
        if (random.nextInt(5) > 0) {
            observation.getSubject().setReference("Patient/p" + random.nextInt(PATIENTS + 1));
        }
        switch (random.nextInt(4)) {
            case 0 -> observation.setEffective(new DateTimeType(time(random)));
            case 1 -> {
                String start = time(random);
                var period = new Period().setStartElement(new DateTimeType(start));
                observation.setEffective(
                        random.nextBoolean() ? period : period.setEndElement(new DateTimeType("2027")));
            }
            case 2 -> observation.setEffective(new DateTimeType("2026-01"));
            default -> {}
        }
        switch (random.nextInt(4)) {
            case 0 -> observation.setValue(amount(random));
            case 1 -> observation.setValue(concept(random));
            case 2 ->
                observation.setValue(new StringType(pick(random, List.of("Positive", "posit", "Negativ", "née"))));
            default -> {}
        }
        for (int n = random.nextInt(3); n > 0; n--) {
            observation.addComponent().setCode(concept(random)).setValue(amount(random));
        }
        return observation;
    }

    private static String time(Random random) {
        return "2026-01-0" + (1 + random.nextInt(3)) + "T1" + random.nextInt(3) + ":00:00"
                + pick(random, List.of("Z", "+02:00"));
    }

    private static CodeableConcept concept(Random random) {
        var concept = new CodeableConcept();
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
            concept.addCoding()
                    .setSystem(pick(random, List.of("urn:x", "urn:y")))
                    .setCode(pick(random, List.of("1", "2", "12")))
                    .setDisplay(pick(random, List.of("Heart rate", "Herz", "Puls")));
        }
        return random.nextInt(4) == 0 ? concept.setText("Pulsation") : concept;
    }

    private static Quantity amount(Random random) {
        var amount = new Quantity()
                .setValue(new BigDecimal(pick(random, List.of("5", "5.0", "5.4", "5.5", "6", "-1", "100"))))
                .setUnit(pick(random, List.of("mg", "g")));
        if (random.nextInt(6) == 0) {
            amount.setComparator(Quantity.QuantityComparator.LESS_THAN);
        }
        return random.nextBoolean() ? amount.setSystem("urn:units").setCode("MG") : amount;
    }

    private static String query(Random random) {
        if (random.nextInt(4) == 0) {
            return "Patient?"
                    + all(
                            random,
                            List.of(
                                    "family=" + pick(random, List.of("d", "muller", "ROE", "o'")),
                                    "family:exact=" + pick(random, List.of("Doe", "doe")),
                                    "name:contains=" + pick(random, List.of("oe", "l")),
                                    "identifier=" + pick(random, List.of("1", "urn:a|1", "urn:b|", "|1", "1,2")),
                                    "identifier:not=urn:a|1",
                                    "birthdate=" + prefix(random)
                                            + pick(random, List.of("1980", "1980-05", "1980-05-06")),
                                    "_compartment=Patient/p2",
                                    "_id:not=p1"));
        }
        String token = pick(random, List.of("1", "12", "urn:x|1", "urn:y|", "1,2"));
        String number = prefix(random)
                + pick(random, List.of("5", "5.0", "5.4", "5.45", "1e2", "0"))
                + pick(random, List.of("", "||mg", "|urn:units|MG", "|urn:units|mg"));
        return "Observation?"
                + all(
                        random,
                        List.of(
                                pick(
                                                random,
                                                List.of(
                                                        "code=",
                                                        "code:not=",
                                                        "combo-code=",
                                                        "component-code=",
                                                        "value-concept="))
                                        + token,
                                pick(random, List.of("code:text=", "combo-code:text="))
                                        + pick(random, List.of("her", "puls", "rate")),
                                pick(
                                                random,
                                                List.of(
                                                        "value-quantity=",
                                                        "component-value-quantity=",
                                                        "combo-value-quantity="))
                                        + number,
                                pick(
                                                random,
                                                List.of(
                                                        "code-value-quantity=",
                                                        "component-code-value-quantity=",
                                                        "combo-code-value-quantity="))
                                        + pick(random, List.of("1", "urn:x|2")) + "$" + number,
                                "combo-code-value-concept=1$" + pick(random, List.of("2", "urn:y|12")),
                                "value-string" + pick(random, List.of("=posit", ":exact=posit", ":contains=G", "=nee")),
                                "date=" + prefix(random)
                                        + pick(
                                                random,
                                                List.of(
                                                        "2026",
                                                        "2026-01",
                                                        "2026-01-02",
                                                        "2026-01-02T11:00:00Z",
                                                        "2026-01-02T11:00",
                                                        "2027")),
                                pick(
                                        random,
                                        List.of(
                                                "subject=Patient/p1",
                                                "patient=p2",
                                                "subject:Patient=p3",
                                                "patient=p1,p2",
                                                "subject=p4")),
                                pick(random, List.of("date", "patient", "value-quantity", "component-code", "code"))
                                        + ":missing=" + random.nextBoolean(),
                                "status" + pick(random, List.of("=final", ":not=final")),
                                "_compartment=Patient/p1",
                                "_lastUpdated=" + prefix(random) + "2026-03-01T12:00:00Z"));
    }

    private static String prefix(Random random) {
        return pick(random, List.of("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"));
    }

    private static String all(Random random, List<String> parts) {
        return Stream.generate(() -> pick(random, parts))
                .limit(1 + random.nextInt(2))
                .collect(Collectors.joining("&"));
    }

    private static Sight sight(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Sight.of(Set.of(pick(random, FACILITIES)));
            case 1 -> Sight.of(Set.of("north", "south"));
            case 2 -> Sight.ofPatient("p" + random.nextInt(PATIENTS));
            default -> Sight.EVERYTHING;
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void the_database_finds_what_looking_at_each_finds(long seed) {
        var random = new Random(seed);
        int found = 0;
        for (int i = 0; i < SEARCHES; i++) {
            String query = query(random);
            Condition condition = Condition.of(query.replace("|", "%7C"));
            Sight sight = sight(random);
            var matching = new Matching(condition, NOON);
            Set<String> expected = newest.stream()
                    .filter(version -> seen(version, sight) && matching.matches(version))
                    .map(version -> version.key().id())
                    .collect(Collectors.toCollection(TreeSet::new));
            String sort = pick(random, List.of("", "date", "-date", "-code", "value-quantity,-_id", "_lastUpdated"));

            assertThat(new TreeSet<>(paged(condition, condition.type().equals("Patient") ? "" : sort, sight)))
                    .as("seed %d: %s for %s", seed, query, sight)
                    .isEqualTo(expected);
            found += expected.size();
        }
        assertThat(found).as("that it is no test of finding nothing").isGreaterThan(SEARCHES);
    }

    private boolean seen(Version version, Sight sight) {
        Set<String> treating = newest.stream()
                .filter(other -> other.key().type().equals("Patient")
                        && version.patients().contains(other.key().id()))
                .flatMap(other -> other.facilities().stream())
                .collect(Collectors.toSet());
        return sight.reaches(version.facilities(), version.patients(), treating);
    }

    /** In small pages, and nothing twice. */
    private List<String> paged(Condition condition, String sort, Sight sight) {
        Map<String, List<String>> parameters = new HashMap<>(condition.parameters());
        parameters.put("_count", List.of("7"));
        parameters.put("_total", List.of("accurate"));
        if (!sort.isEmpty()) {
            parameters.put("_sort", List.of(sort));
        }
        var all = new ArrayList<String>();
        Optional<String> place = Optional.empty();
        do {
            Found page = shelf.chart.search(condition.type(), parameters, place, sight);
            page.matches().forEach(version -> all.add(version.key().id()));
            place = page.next();
            if (place.isEmpty()) {
                assertThat(page.total()).hasValue(all.size());
            }
        } while (place.isPresent());
        assertThat(all).as("%s", condition.parameters()).doesNotHaveDuplicates();
        return all;
    }
}
