package org.fieldward.installer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The package map of the installer. */
class ArchitectureTest {

    private static final String ROOT = "org.fieldward.installer.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.fieldward.installer");

    @Test
    void the_programs_stand_on_the_parts_and_not_on_each_other() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("alarm")
                .definedBy(ROOT + "alarm")
                .layer("bench")
                .definedBy(ROOT + "bench")
                .layer("demo")
                .definedBy(ROOT + "demo")
                .layer("load")
                .definedBy(ROOT + "load")
                .layer("parcel")
                .definedBy(ROOT + "parcel")
                .layer("start")
                .definedBy(ROOT + "start")
                .layer("post")
                .definedBy(ROOT + "post")
                .layer("siege")
                .definedBy(ROOT + "siege")
                .layer("growth")
                .definedBy(ROOT + "growth")
                .layer("search")
                .definedBy(ROOT + "search")
                .layer("uplink")
                .definedBy(ROOT + "uplink")
                .layer("program")
                .definedBy(ROOT + "program")
                .layer("part")
                .definedBy(ROOT + "part")
                .whereLayer("alarm")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("bench")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("demo")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("load")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("parcel")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("start")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("post")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("siege")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("growth")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("search")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("uplink")
                .mayOnlyBeAccessedByLayers("growth", "search")
                .whereLayer("uplink")
                .mayOnlyAccessLayers("part")
                .whereLayer("part")
                .mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(CLASSES);
    }

    @Test
    void parts_are_started_and_asked_from_outside_as_an_operator_would() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.fieldward.core..", "org.fieldward.simulator..")
                .check(CLASSES);
        assertThat(CLASSES.stream()
                        .flatMap(one -> one.getDirectDependenciesFromSelf().stream())
                        .map(arrow -> arrow.getTargetClass())
                        .filter(target -> target.getPackageName().startsWith("org.fieldward.edge"))
                        .map(JavaClass::getSimpleName)
                        .distinct())
                .as("what is used of the gateway's own classes")
                .containsExactly("StatusFile");
    }

    @Test
    void a_technology_has_one_home() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "part", ROOT + "post")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .as("only part speaks to the parts, and post, which measures how they answer")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "part")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .as("only the programs have a command line")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "parcel")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.objectweb.asm..")
                .as("only parcel rewrites classes")
                .check(CLASSES);
    }

    @Test
    void only_a_programs_main_reads_the_wall_clock() {
        var elsewhere = noClasses().that().doNotHaveSimpleName("Main").should();
        elsewhere.callMethod(Instant.class, "now").check(CLASSES);
        elsewhere.callMethod(Clock.class, "systemUTC").check(CLASSES);
        elsewhere.callMethod(System.class, "currentTimeMillis").check(CLASSES);
    }

    @Test
    void constructors_files_and_packages_stay_small() throws IOException {
        assertThat(CLASSES.stream()
                        .flatMap(one -> one.getConstructors().stream())
                        .filter(constructor ->
                                constructor.getRawParameterTypes().size() > 7)
                        .map(JavaCodeUnit::getFullName))
                .isEmpty();
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            for (Path source : sources) {
                assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThanOrEqualTo(400);
            }
            assertThat(sources.stream()
                            .filter(file -> file.startsWith("src/main"))
                            .filter(file -> !file.endsWith("package-info.java"))
                            .collect(Collectors.groupingBy(Path::getParent)))
                    .isNotEmpty()
                    .allSatisfy((folder, members) -> assertThat(members).hasSizeLessThanOrEqualTo(12));
        }
    }
}
