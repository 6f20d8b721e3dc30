package org.fieldward.proto;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** The map of this module. */
@AnalyzeClasses(packages = "org.fieldward.proto", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule arrows = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("reading")
            .definedBy("org.fieldward.proto.reading..")
            .layer("sequence")
            .definedBy("org.fieldward.proto.sequence..")
            .layer("batch")
            .definedBy("org.fieldward.proto.batch..")
            .layer("tree")
            .definedBy("org.fieldward.proto.tree..")
            .layer("certificate")
            .definedBy("org.fieldward.proto.certificate..")
            .layer("link")
            .definedBy("org.fieldward.proto.link..")
            .layer("clock")
            .definedBy("org.fieldward.proto.clock..")
            .layer("stick")
            .definedBy("org.fieldward.proto.stick..")
            .layer("mllp")
            .definedBy("org.fieldward.proto.mllp..")
            .whereLayer("mllp")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("stick")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("clock")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("reading")
            .mayOnlyBeAccessedByLayers("batch", "stick")
            .whereLayer("sequence")
            .mayOnlyBeAccessedByLayers("batch", "stick")
            .whereLayer("link")
            .mayOnlyBeAccessedByLayers("batch", "stick")
            .whereLayer("batch")
            .mayOnlyBeAccessedByLayers("stick")
            .whereLayer("tree")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("certificate")
            .mayOnlyBeAccessedByLayers("stick");

    @ArchTest
    static final ArchRule no_cycles =
            slices().matching("org.fieldward.proto.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule one_home_for_zstd = noClasses()
            .that()
            .resideOutsideOfPackage("org.fieldward.proto.batch..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.luben..")
            .as("only batch compresses");

    @ArchTest
    static final ArchRule the_jdk_is_enough_for_certificates = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..")
            .as("Bouncy Castle checks in tests; ten megabytes of it are too many for a gateway");

    @ArchTest
    static final ArchRule no_clock = noClasses()
            .that()
            .resideOutsideOfPackage("org.fieldward.proto.link..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .as("the contract has no clock");
}
