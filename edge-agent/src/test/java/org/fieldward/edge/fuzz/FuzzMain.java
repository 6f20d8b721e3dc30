package org.fieldward.edge.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Fuzzes each target for some seconds, in a process of its own, from the inputs that are kept. New inputs and findings go to
 * {@code target/fuzz/NAME}. Arguments: seconds, and the name of one target or {@code all}.
 */
final class FuzzMain {

    private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";
    private static final Path CORPUS = Path.of("src/test/resources/fuzz").toAbsolutePath();
    private static final Path OUT = Path.of("target/fuzz").toAbsolutePath();

    private FuzzMain() {}

    public static void main(String[] args) throws Exception {
        var failed = new ArrayList<String>();
        for (Target target : Target.ALL) {
            if ((args[1].equals("all") || args[1].equals(target.name())) && fuzz(target, args[0]) != 0) {
                failed.add(target.name());
            }
        }
        if (!failed.isEmpty()) {
            System.err.println("Findings of " + failed + " are in " + OUT);
            System.exit(1);
        }
    }

    private static int fuzz(Target target, String seconds) throws IOException, InterruptedException {
        Path home = OUT.resolve(target.name());
        Path fresh = Files.createDirectories(home.resolve("corpus"));
        Path findings = Files.createDirectories(home.resolve("findings"));
        Path quiet =
                Files.writeString(home.resolve("logback.xml"), "<configuration><root level='OFF'/></configuration>");
        System.out.println("Fuzzing " + target.name() + " for " + seconds + " s");
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-XX:+EnableDynamicAgentLoading",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=" + quiet,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FUZZER,
                        "--target_class=" + target.type().getName(),
                        "--instrumentation_includes=org.fieldward.**:com.fasterxml.jackson.**:com.jayway.jsonpath.**:io.burt.jmespath.function.**",
                        "--custom_hook_includes=org.fieldward.**",
                        "-artifact_prefix=" + findings + "/",
                        "-max_total_time=" + seconds,
                        "-max_len=2048",
                        // The first input loads and instruments everything, which on a busy machine takes its time.
                        "-timeout=60",
                        "-print_final_stats=1",
                        fresh.toString(),
                        CORPUS.resolve(target.name()).toString()))
                .directory(home.toFile())
                .inheritIO()
                .start()
                .waitFor();
    }
}
