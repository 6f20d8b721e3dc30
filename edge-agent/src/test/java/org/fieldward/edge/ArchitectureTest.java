package org.fieldward.edge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The map of this module. Think twice before an arrow is added: it is never taken away again. */
class ArchitectureTest {

    private static final JavaClasses AGENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.fieldward.edge");

    /**
     * decode: one parser per payload format, which only make sense side by side. access: all there is to know about who may
     * come in. app: one class per thing that is put together. door: one connection takes that many parts. sync: what is
     * decided, said and done on one link. sqlite: one class per table, and those that put them together.
     */
    private static final Map<String, Integer> LARGER_PACKAGES =
            Map.of("decode", 15, "access", 13, "app", 21, "door", 13, "sync", 16, "sqlite", 17);

    @Test
    void packages_know_only_what_the_map_allows() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("app")
                .definedBy("org.fieldward.edge.app..")
                .layer("ingest")
                .definedBy("org.fieldward.edge.ingest..")
                .layer("decode")
                .definedBy("org.fieldward.edge.decode..")
                .layer("alarm")
                .definedBy("org.fieldward.edge.alarm..")
                .layer("clinic")
                .definedBy("org.fieldward.edge.clinic..")
                .layer("sync")
                .definedBy("org.fieldward.edge.sync..")
                .layer("stick")
                .definedBy("org.fieldward.edge.stick..")
                .layer("identity")
                .definedBy("org.fieldward.edge.identity..")
                .layer("buffer")
                .definedBy("org.fieldward.edge.buffer..")
                .layer("seal")
                .definedBy("org.fieldward.edge.seal..")
                .layer("schema")
                .definedBy("org.fieldward.edge.schema..")
                .whereLayer("schema")
                .mayOnlyBeAccessedByLayers("app", "buffer", "ingest")
                .layer("heap")
                .definedBy("org.fieldward.edge.heap..")
                .whereLayer("heap")
                .mayOnlyBeAccessedByLayers("app")
                .layer("mllp")
                .definedBy("org.fieldward.edge.mllp..")
                .whereLayer("mllp")
                .mayOnlyBeAccessedByLayers("app")
                .layer("centre")
                .definedBy("org.fieldward.edge.centre..")
                .whereLayer("centre")
                .mayOnlyBeAccessedByLayers("app", "clinic")
                .layer("clock")
                .definedBy("org.fieldward.edge.clock..")
                .layer("pace")
                .definedBy("org.fieldward.edge.pace..")
                .whereLayer("clock")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("pace")
                .mayOnlyBeAccessedByLayers("app", "sync")
                .whereLayer("seal")
                .mayOnlyBeAccessedByLayers("app", "buffer", "ingest", "centre", "identity")
                .whereLayer("app")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("ingest")
                .mayOnlyBeAccessedByLayers("app", "clinic", "clock", "mllp")
                .whereLayer("clinic")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("alarm")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("sync")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("stick")
                .mayOnlyBeAccessedByLayers("app")
                .whereLayer("decode")
                .mayOnlyBeAccessedByLayers("app", "ingest")
                .whereLayer("identity")
                .mayOnlyBeAccessedByLayers("app", "sync")
                .whereLayer("buffer")
                .mayOnlyBeAccessedByLayers("app", "ingest", "decode", "alarm", "sync", "stick", "clinic", "mllp")
                .check(AGENT);
        slices().matching("org.fieldward.edge.(*)..").should().beFreeOfCycles().check(AGENT);
        slices().matching("org.fieldward.edge.clinic.(*)..")
                .should()
                .beFreeOfCycles()
                .check(AGENT);
        noClasses()
                .that()
                .resideInAPackage("org.fieldward.edge.decode")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.fieldward.edge.decode.mapping..",
                        "org.fieldward.edge.decode.medtech..",
                        "org.fieldward.edge.decode.sparkplug..")
                .check(AGENT);
        slices().matching("org.fieldward.edge.decode.(**)")
                .should()
                .beFreeOfCycles()
                .check(AGENT);
        slices().matching("org.fieldward.edge.buffer.(*)..")
                .should()
                .beFreeOfCycles()
                .check(AGENT);
    }

    @Test
    void a_technology_has_one_home() {
        home(
                "SQL",
                new String[] {"java.sql..", "org.sqlite.."},
                "org.fieldward.edge.buffer.sqlite..",
                "org.fieldward.edge.ingest.session.sqlite..",
                "org.fieldward.edge.schema..");
        home("gRPC", new String[] {"io.grpc.."}, "org.fieldward.edge.sync..");
        home(
                "the messages of the link",
                new String[] {"org.fieldward.proto.link.."},
                "org.fieldward.edge.sync..",
                "org.fieldward.edge.stick..",
                "org.fieldward.edge.decode..");
        home(
                "Vert.x",
                new String[] {"io.vertx.."},
                "org.fieldward.edge.ingest..",
                "org.fieldward.edge.clinic.page",
                "org.fieldward.edge.mllp",
                "org.fieldward.edge.app");
        home("Paho", new String[] {"org.eclipse.paho.."}, "org.fieldward.edge.ingest..");
        home(
                "JSON",
                new String[] {"com.fasterxml.jackson.."},
                "org.fieldward.edge.decode..",
                "org.fieldward.edge.clinic..",
                "org.fieldward.edge.app..");
        home(
                "trees of JSON",
                new String[] {"com.fasterxml.jackson.databind.."},
                "org.fieldward.edge.decode.mapping..",
                "org.fieldward.edge.decode.medtech..",
                "org.fieldward.edge.clinic.record..",
                "org.fieldward.edge.app..");
        home("JSONPath", new String[] {"com.jayway.jsonpath.."}, "org.fieldward.edge.decode.mapping..");
        home("JMESPath", new String[] {"io.burt.jmespath.."}, "org.fieldward.edge.decode.medtech.expression..");
        home("Sparkplug", new String[] {"org.fieldward.proto.sparkplug.."}, "org.fieldward.edge.decode.sparkplug..");
        home("the log's library", new String[] {"ch.qos.logback.."}, "org.fieldward.edge.log..");
        home("the command line", new String[] {"picocli.."}, "org.fieldward.edge.app..");
    }

    @Test
    void only_app_reads_the_clock() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.fieldward.edge.app..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .check(AGENT);
    }

    @Test
    void files_packages_and_constructors_stay_small() throws IOException {
        constructors()
                .that()
                .areDeclaredInClassesThat()
                .areNotRecords()
                .should(haveAtMost(7))
                .check(AGENT);
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            var sources = files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .toList();
            for (Path file : sources) {
                try (Stream<String> lines = Files.lines(file)) {
                    assertThat(lines.count()).as("lines of %s", file).isLessThanOrEqualTo(400);
                }
            }
            Map<Path, Long> sizes =
                    sources.stream().collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
            assertThat(sizes)
                    .allSatisfy((folder, size) -> assertThat(size)
                            .as("files in %s", folder)
                            .isLessThanOrEqualTo(LARGER_PACKAGES.getOrDefault(
                                    folder.getFileName().toString(), 12)));
        }
    }

    private static void home(String technology, String[] packages, String... homes) {
        noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .as("only " + String.join(", ", homes) + " may know " + technology)
                .check(AGENT);
    }

    private static ArchCondition<JavaConstructor> haveAtMost(int parameters) {
        return new ArchCondition<>("have at most " + parameters + " parameters") {
            @Override
            public void check(JavaConstructor constructor, ConditionEvents events) {
                int count = constructor.getRawParameterTypes().size();
                events.add(new SimpleConditionEvent(
                        constructor, count <= parameters, constructor.getFullName() + " has " + count));
            }
        };
    }
}
