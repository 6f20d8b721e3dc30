package org.fieldward.installer.demo;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** A made-up patient in a bed of the demo's ward. */
record Bed(int number, String family, String given, LocalDate born, String gender) {

    private static final List<Bed> WARD = List.of(
            new Bed(1, "Okafor", "Adaeze", LocalDate.of(1951, 3, 14), "female"),
            new Bed(2, "Lindqvist", "Per", LocalDate.of(1947, 11, 2), "male"),
            new Bed(3, "Haddad", "Salma", LocalDate.of(1968, 7, 23), "female"),
            new Bed(4, "Nakamura", "Kenji", LocalDate.of(1939, 1, 30), "male"),
            new Bed(5, "Quispe", "Rosa", LocalDate.of(1975, 9, 8), "female"),
            new Bed(6, "Moreau", "Luc", LocalDate.of(1982, 5, 19), "male"),
            new Bed(7, "Tamang", "Sunita", LocalDate.of(1990, 12, 1), "female"),
            new Bed(8, "Kowalski", "Jan", LocalDate.of(1944, 6, 27), "male"),
            new Bed(9, "Mbeki", "Thandi", LocalDate.of(1959, 4, 11), "female"),
            new Bed(10, "Ferrari", "Elio", LocalDate.of(1963, 8, 5), "male"),
            new Bed(11, "Nguyen", "Lan", LocalDate.of(1971, 2, 17), "female"),
            new Bed(12, "Abbott", "Grace", LocalDate.of(1936, 10, 21), "female"));

    static List<Bed> ward() {
        return WARD;
    }

    /** As the simulator names it. */
    String device() {
        return "bed-%02d".formatted(number);
    }

    String patient() {
        return "p-%02d".formatted(number);
    }

    String name() {
        return "Bed " + number;
    }

    Map<String, String> about() {
        return Map.of(
                "identifier", "MRN-%04d".formatted(4200 + number),
                "family", family,
                "given", given,
                "birthDate", born.toString(),
                "gender", gender);
    }
}
