package org.fieldward.core.distribution.rest.door;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.clinical.proof.ChartProofs;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Refusal;

/** {@code $proof} of what is stored: the newest version, also one that says deleted, or the one that is named. */
public final class Proving {

    private final Chart chart;
    private final ChartProofs proofs;

    public Proving(Chart chart, ChartProofs proofs) {
        this.chart = chart;
        this.proofs = proofs;
    }

    public Deed deed() {
        return new Deed(
                "$proof",
                Set.of("*"),
                false,
                true,
                "https://fieldward.org/fhir/OperationDefinition/proof",
                this::proof);
    }

    private Answer proof(Call call) {
        Key key = call.target().key().orElseThrow(() -> Refusal.missing("there is no such address"));
        Version version = version(call, key)
                .orElseThrow(() -> Refusal.missing(
                        call.target().version().isPresent()
                                ? "there is no such version"
                                : "there is no such " + key.type()));
        return file(proofs.proof(key, version.version(), call.sight())).about(version.patients());
    }

    private Optional<Version> version(Call call, Key key) {
        return call.target().version().isPresent()
                ? call.target().versionNumber().flatMap(number -> chart.read(key, number, call.sight()))
                : chart.read(key, call.sight());
    }

    /** A proof file as the answer; 404 where there is none yet. */
    public static Answer file(Optional<String> proof) {
        return Answer.of(
                200,
                new Text(proof.orElseThrow(
                        () -> Refusal.missing("no checkpoint covers this version yet: ask again in a minute"))));
    }

    private record Text(String json) implements Answer.Content {

        @Override
        public String type() {
            return "application/json";
        }

        @Override
        public void write(OutputStream out) throws IOException {
            out.write(json.getBytes(StandardCharsets.UTF_8));
        }
    }
}
