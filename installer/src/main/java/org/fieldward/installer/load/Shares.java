package org.fieldward.installer.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/** Who of our parts took how much CPU for a reading, and which part of it was anchoring. */
record Shares(JsonNode load) {

    /** Of the core's threads; Linux cuts names after 15 characters, and the numbers are left out. */
    private static final String ANCHORING = "anchoring";

    private static final List<String> OURS = List.of("gateway", "core", "postgres", "chain");

    String text() {
        double all = OURS.stream().mapToDouble(this::process).sum();
        var text = new StringBuilder("CPU µs a reading, device to anchor: ");
        for (String process : OURS) {
            if (has(process)) {
                text.append(String.format(Locale.ROOT, "%s %.1f, ", process, process(process)));
            }
        }
        double anchoring = thread("core", ANCHORING);
        double chain = process("chain");
        return text.append(String.format(
                        Locale.ROOT,
                        "together %.1f%nanchoring: %.2f in the core's threads of that name, %.2f in the chain's node:"
                                + " %.1f %% of all (what PostgreSQL does for it is not told apart)",
                        all,
                        anchoring,
                        chain,
                        100 * (anchoring + chain) / all))
                .toString();
    }

    private boolean has(String process) {
        return load.path("processes").findValuesAsText("name").contains(process);
    }

    private double process(String name) {
        for (JsonNode one : load.path("processes")) {
            if (one.path("name").asText().equals(name)) {
                return one.path("cpuSecondsPerMillion").asDouble();
            }
        }
        return 0;
    }

    private double thread(String process, String start) {
        double sum = 0;
        for (JsonNode one : load.path("threads")) {
            if (one.path("process").asText().equals(process)
                    && one.path("thread").asText().startsWith(start)) {
                sum += one.path("cpuSecondsPerMillion").asDouble();
            }
        }
        return sum;
    }
}
