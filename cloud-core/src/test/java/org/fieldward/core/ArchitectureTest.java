package org.fieldward.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The package map, as code. */
final class ArchitectureTest {

    private static final String BASE = "org.fieldward.core.";
    private static final int MAX_LINES = 400;
    private static final int MAX_FILES = 12;
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.fieldward.core");

    /** Packages with more files than that, as many as they had when this was first counted. It may only become less. */
    private static final Map<String, Integer> LARGER_PACKAGES = Map.ofEntries(
            entry("anchor", 13),
            entry("chart", 13),
            entry("distribution/live", 13),
            entry("distribution/rest", 13),
            entry("distribution/search", 13));

    /** Packages that know each other, and so count as one. The list may only become shorter. */
    private static final Map<String, String> KNOTS = Map.of(
            "clinical.mirror", "clinical",
            "clinical.stay", "clinical",
            "distribution.rest.describe", "distribution.rest",
            "distribution.rest.door", "distribution.rest",
            "distribution.rest.page", "distribution.rest",
            "webhook.arrival", "webhook",
            "webhook.mllp", "webhook");

    /** Every package on its own. */
    private static final SliceAssignment ROOMS = new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            String name = javaClass.getPackageName();
            if (!name.startsWith(BASE)) {
                return SliceIdentifier.ignore();
            }
            String room = name.substring(BASE.length());
            return SliceIdentifier.of(KNOTS.getOrDefault(room, room));
        }

        @Override
        public String getDescription() {
            return "packages of the core";
        }
    };

    @Test
    void arrows_go_as_the_map_says() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("app")
                .definedBy(BASE + "app..")
                .layer("intake")
                .definedBy(BASE + "intake..")
                .layer("observation")
                .definedBy(BASE + "observation..")
                .layer("attribution")
                .definedBy(BASE + "attribution..")
                .layer("journal")
                .definedBy(BASE + "journal..")
                .layer("registry")
                .definedBy(BASE + "registry..")
                .layer("fhir")
                .definedBy(BASE + "fhir..")
                .layer("anchor")
                .definedBy(BASE + "anchor..")
                .layer("ledger")
                .definedBy(BASE + "ledger..")
                .layer("completeness")
                .definedBy(BASE + "completeness..")
                .layer("distribution")
                .definedBy(BASE + "distribution..")
                .layer("console")
                .definedBy(BASE + "console..")
                .layer("access")
                .definedBy(BASE + "access..")
                .layer("chart")
                .definedBy(BASE + "chart..")
                .layer("clinical")
                .definedBy(BASE + "clinical..")
                .layer("webhook")
                .definedBy(BASE + "webhook..")
                .layer("alert")
                .definedBy(BASE + "alert..")
                .layer("delivery")
                .definedBy(BASE + "delivery..")
                .layer("archive")
                .definedBy(BASE + "archive..")
                .layer("edit")
                .definedBy(BASE + "edit..")
                .layer("copy")
                .definedBy(BASE + "copy..")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("intake")
                .mayOnlyBeAccessedByLayers("app", "distribution", "console")
                .whereLayer("journal")
                .mayOnlyBeAccessedByLayers(
                        "app",
                        "intake",
                        "attribution",
                        "observation",
                        "completeness",
                        "clinical",
                        "webhook",
                        "distribution",
                        "alert",
                        "copy")
                .whereLayer("attribution")
                .mayOnlyBeAccessedByLayers("app", "intake", "observation")
                .whereLayer("observation")
                .mayOnlyBeAccessedByLayers(
                        "app",
                        "fhir",
                        "anchor",
                        "archive",
                        "completeness",
                        "clinical",
                        "distribution",
                        "console",
                        "alert")
                .whereLayer("completeness")
                .mayOnlyBeAccessedByLayers("app", "distribution")
                .whereLayer("distribution")
                .mayOnlyBeAccessedByLayers("app", "console")
                .whereLayer("ledger")
                .mayOnlyBeAccessedByLayers("app", "anchor", "completeness", "distribution")
                .whereLayer("access")
                .mayOnlyBeAccessedByLayers(
                        "app",
                        "chart",
                        "clinical",
                        "webhook",
                        "alert",
                        "completeness",
                        "distribution",
                        "console",
                        "edit")
                .whereLayer("chart")
                .mayOnlyBeAccessedByLayers("app", "clinical", "webhook", "alert", "distribution", "copy", "edit")
                .whereLayer("clinical")
                .mayOnlyBeAccessedByLayers("app", "webhook", "alert", "distribution")
                .whereLayer("webhook")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("archive")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("alert")
                .mayOnlyBeAccessedByLayers("app", "distribution")
                .whereLayer("delivery")
                .mayOnlyBeAccessedByLayers("app", "alert", "distribution", "copy")
                .whereLayer("edit")
                .mayOnlyBeAccessedByLayers("app", "distribution")
                .whereLayer("copy")
                .mayOnlyBeAccessedByLayers("app", "distribution")
                .check(CLASSES);
    }

    @Test
    void packages_form_no_cycles() {
        slices().matching("org.fieldward.core.(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().assignedFrom(ROOMS).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void how_readings_are_stored_and_found_is_known_to_observation_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "app..", BASE + "observation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        BASE + "observation.follower..", BASE + "observation.store..", BASE + "observation.search..")
                .check(CLASSES);
    }

    @Test
    void each_technology_has_one_home() {
        home(List.of("io.grpc..", "io.netty.."), "intake..");
        home(List.of("picocli..", "com.zaxxer.hikari..", "org.flywaydb..", "io.zonky.."), "app..");
        home(List.of("org.web3j.."), "anchor..");
        // The chain's library speaks through it, and takes its client.
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "delivery..", BASE + "anchor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("okhttp3..")
                .as("only delivery sends over HTTP")
                .check(CLASSES);
        home(List.of("jakarta.mail.."), "alert..");
        home(List.of("org.apache.parquet..", "org.apache.hadoop.."), "archive..");
        home(List.of("org.eclipse.jetty.."), "distribution..");
        home(List.of("org.eclipse.jetty.websocket..", "org.eclipse.jetty.ee10.websocket.."), "distribution.socket..");
        home(List.of("redis.clients.."), "copy.document..");
        home(List.of("com.jayway.jsonpath.."), "webhook.mapping..");
        noClasses()
                .that()
                .resideOutsideOfPackages(BASE + "distribution..", BASE + "webhook..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..")
                .as("only the two doors over HTTP speak servlets")
                .check(CLASSES);
    }

    private static void home(List<String> technology, String home) {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + home)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology.toArray(String[]::new))
                .as("only " + home + " speaks " + technology)
                .check(CLASSES);
    }

    @Test
    void sql_is_spoken_in_classes_that_say_so() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "app..")
                .and()
                .haveNameNotMatching(".*\\.(Sql|Postgres)[^.]*")
                // The follower holds the transaction in which the others write.
                .and()
                .haveNameNotMatching(".*\\.[A-Za-z]+Follower")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.postgresql..")
                .check(CLASSES);
    }

    @Test
    void decisions_know_no_technology() {
        noClasses()
                .that()
                .resideInAPackage(BASE + "attribution..")
                .or()
                .haveSimpleName("SessionDecider")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "io.grpc..", "java.util.concurrent..", "org.slf4j..", "java.nio..")
                .check(CLASSES);
    }

    @Test
    void only_app_reads_the_clock_and_the_environment() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + "app..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(CLASSES);
    }

    @Test
    void a_file_stays_small_enough_to_read() throws IOException {
        Path sources = Path.of("src/main/java");
        try (Stream<Path> files = Files.walk(sources)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(file -> lines(file) > MAX_LINES))
                    .isEmpty();
        }
    }

    @Test
    void a_package_stays_small_enough_to_know() throws IOException {
        Path core = Path.of("src/main/java/org/fieldward/core");
        try (Stream<Path> files = Files.walk(core)) {
            Map<String, Long> sizes = files.filter(
                            file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .collect(Collectors.groupingBy(
                            file -> core.relativize(file).getParent().toString(), Collectors.counting()));
            assertThat(sizes)
                    .allSatisfy((room, size) -> assertThat(size)
                            .as("files in %s", room)
                            .isLessThanOrEqualTo(LARGER_PACKAGES.getOrDefault(room, MAX_FILES)));
            assertThat(LARGER_PACKAGES)
                    .allSatisfy((room, most) ->
                            assertThat(sizes).as("a limit that is not needed").containsEntry(room, (long) most));
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
