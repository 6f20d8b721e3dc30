package org.fieldward.core.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.completeness.Completeness;
import org.fieldward.core.completeness.Facilities;
import org.fieldward.core.completeness.FakeStanding;
import org.fieldward.core.completeness.FakeTallies;
import org.fieldward.core.completeness.Question;
import org.fieldward.core.distribution.FakeGaps;
import org.fieldward.core.distribution.FakeRegistry;
import org.fieldward.core.ledger.NoteSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyStatementCommandTest {

    private static final LocalDate DAY = LocalDate.of(2026, 3, 1);

    @TempDir
    private Path folder;

    private final NoteSigner signer = new NoteSigner("test.example/log", FakeTallies.keyPair());

    private record Said(int exitCode, String out, String err) {}

    private String statement() {
        var sources = new Completeness.Sources(
                new FakeRegistry(),
                new FakeTallies(),
                new FakeGaps(),
                new FakeStanding(),
                List::of,
                () -> Coverage.NONE);
        return new Completeness(
                        sources, new Facilities(Map.of()), new Completeness.Seal(signer.publicKey(), signer::sign))
                .statement(
                        new Question(Optional.empty(), Optional.empty(), DAY, DAY),
                        Instant.parse("2026-03-02T12:10:00Z"));
    }

    private static Said verify(Path file, String key) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("verify-statement", file.toString(), "--key", key);
        return new Said(exitCode, out.toString().strip(), err.toString().strip());
    }

    @Test
    void a_statement_is_checked_offline_and_a_changed_one_is_refused_by_name() throws IOException {
        String key = signer.publicKey().text();
        String statement = statement();
        Path file = Files.writeString(folder.resolve("made.note"), statement);

        assertThat(verify(file, key).exitCode()).isZero();
        assertThat(verify(file, key).out())
                .startsWith("accepted: 2026-03-01 to 2026-03-01, 0 rows, made 2026-03-02T12:10:00Z");
        assertThat(verify(
                                file,
                                Files.writeString(folder.resolve("log.vkey"), key + "\n")
                                        .toString())
                        .exitCode())
                .isZero();

        Files.writeString(file, statement.replace("\"confirmed\":0", "\"confirmed\":1"));
        assertThat(verify(file, key))
                .isEqualTo(new Said(1, "", "refused at signature: the signature by test.example/log is wrong"));
        assertThat(verify(file, "nonsense").exitCode()).isEqualTo(2);
        assertThat(verify(folder.resolve("missing.note"), key).exitCode()).isEqualTo(2);
    }
}
