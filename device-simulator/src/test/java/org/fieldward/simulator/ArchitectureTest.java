package org.fieldward.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The package map of the simulator. */
class ArchitectureTest {

    private static final String ROOT = "org.fieldward.simulator.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.fieldward.simulator");

    @Test
    void arrows_go_from_the_command_line_to_what_a_device_says() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("app")
                .definedBy(ROOT + "app")
                .layer("siege")
                .definedBy(ROOT + "siege")
                .layer("uplink")
                .definedBy(ROOT + "uplink")
                .layer("load")
                .definedBy(ROOT + "load")
                .layer("packet")
                .definedBy(ROOT + "packet")
                .layer("fleet")
                .definedBy(ROOT + "fleet")
                .layer("comparison")
                .definedBy(ROOT + "comparison")
                .layer("evidence")
                .definedBy(ROOT + "evidence")
                .layer("core")
                .definedBy(ROOT + "core")
                .layer("line")
                .definedBy(ROOT + "line")
                .layer("device")
                .definedBy(ROOT + "device")
                .layer("payload")
                .definedBy(ROOT + "payload")
                .layer("patient")
                .definedBy(ROOT + "patient")
                .layer("recording")
                .definedBy(ROOT + "recording")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("siege")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("uplink")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("load")
                .mayOnlyBeAccessedByLayers("siege", "uplink", "app")
                .whereLayer("packet")
                .mayOnlyBeAccessedByLayers("load", "siege")
                .whereLayer("fleet")
                .mayOnlyBeAccessedByLayers("load", "siege", "app")
                .whereLayer("comparison")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("evidence")
                .mayOnlyBeAccessedByLayers("fleet", "comparison", "load", "app")
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers("comparison", "load", "app")
                .whereLayer("line")
                .mayOnlyBeAccessedByLayers("evidence", "core", "comparison", "load", "app")
                .whereLayer("device")
                .mayOnlyBeAccessedByLayers("fleet", "load", "app")
                .whereLayer("payload")
                .mayOnlyBeAccessedByLayers("device", "fleet", "load", "app")
                .whereLayer("patient")
                .mayOnlyBeAccessedByLayers("fleet", "app")
                .whereLayer("recording")
                .mayOnlyBeAccessedByLayers("fleet", "app")
                .check(CLASSES);
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void a_technology_has_one_home() {
        livesIn("io.vertx..", "fleet");
        livesIn("io.netty.channel..", "load", "uplink");
        livesIn("io.grpc..", "uplink");
        livesIn("org.HdrHistogram..", "load", "uplink");
        livesIn("java.net.http..", "core");
        livesIn("picocli..", "app");
        livesIn("ch.qos.logback..", "app");
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "siege")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SelectableChannel.class)
                .as("only siege may use sockets of the JDK")
                .check(CLASSES);
        livesIn("com.fasterxml.jackson..", "payload", "line");
    }

    private static void livesIn(String technology, String... homes) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        Stream.of(homes).map(home -> ROOT + home).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(technology)
                .as("only " + List.of(homes) + " may use " + technology)
                .check(CLASSES);
    }

    @Test
    void only_app_reads_clocks_and_the_environment() {
        var elsewhere = noClasses().that().resideOutsideOfPackage(ROOT + "app").should();
        elsewhere.callMethod(Instant.class, "now").check(CLASSES);
        elsewhere.callMethod(InstantSource.class, "system").check(CLASSES);
        elsewhere.callMethod(System.class, "nanoTime").check(CLASSES);
        elsewhere.callMethod(System.class, "currentTimeMillis").check(CLASSES);
        elsewhere.callMethod(System.class, "getenv", String.class).check(CLASSES);
    }

    @Test
    void files_and_packages_stay_small() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            for (Path source : sources) {
                assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThanOrEqualTo(400);
            }
            assertThat(sources.stream()
                            .filter(file -> !file.endsWith("package-info.java"))
                            .collect(Collectors.groupingBy(Path::getParent)))
                    .allSatisfy((folder, members) -> assertThat(members).hasSizeLessThanOrEqualTo(12));
        }
    }
}
