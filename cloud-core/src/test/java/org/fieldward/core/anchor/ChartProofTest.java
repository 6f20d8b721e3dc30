package org.fieldward.core.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.access.Sight;
import org.fieldward.core.anchor.chain.SqlChain;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.Centre;
import org.fieldward.core.clinical.proof.ChartCommitmentFollower;
import org.fieldward.core.clinical.proof.ChartProofs.State;
import org.fieldward.core.clinical.proof.SqlChartCommitments;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.RecordCheck.Result;
import org.fieldward.core.observation.SqlReadings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart stores is proved like a reading. */
final class ChartProofTest {

    private static final Instant NOON = Centre.NOON;

    private final Centre centre = new Centre();
    private final AtomicInteger forced = new AtomicInteger();
    private final SqlLog log = new SqlLog(centre.database);
    private final SqlReadings readings = new SqlReadings(centre.database, centre.registry::snapshot);
    private final ChartCommitmentFollower follower =
            new ChartCommitmentFollower(centre.database, centre.chart, new Random(3), forced::incrementAndGet);
    private final SqlChartCommitments proofs = new SqlChartCommitments(
            centre.database, centre.chart, new LogProofs(log, new SqlChain(centre.database), "test.example/log"));

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        centre.close();
    }

    private LogFollower logFollower() {
        return new LogFollower(readings, log, signer(), Duration.ofMinutes(1));
    }

    private NoteSigner signer() {
        return new NoteSigner("test.example/log", KeyFile.openOrMake(folder.resolve("key.pem"), new SecureRandom()));
    }

    @Test
    void every_version_is_proved_and_a_stranger_accepts_the_proof() throws Exception {
        centre.patient("p1");
        centre.chart.write(
                Centre.AUTHOR, desk -> desk.apply(new Change.Delete(new Key("Patient", "p1"), OptionalLong.empty())));
        var key = new Key("Patient", "p1");
        assertThat(proofs.state(key, 1)).isEqualTo(new State.Pending());

        assertThat(follower.step()).isTrue();
        assertThat(follower.step()).isFalse();
        assertThat(proofs.state(key, 1)).isEqualTo(new State.Queued());
        logFollower().step(NOON);

        assertThat(proofs.state(key, 2)).isEqualTo(new State.Signed(2));
        for (long version = 1; version <= 2; version++) {
            String proof = proofs.proof(key, version, Sight.EVERYTHING).orElseThrow();
            assertThat(ProofJson.check(proof, signer().publicKey()).result()).isInstanceOf(Result.Accepted.class);
            Path file = Files.writeString(folder.resolve("proof.json"), proof);
            Path script = Path.of(System.getProperty("fieldward.root", ".."), "docs/verify_proof.py");
            Process python = new ProcessBuilder(
                            "python3",
                            script.toString(),
                            file.toString(),
                            signer().publicKey().text())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor()).as(said).isZero();
        }
        assertThat(proofs.proof(key, 1, Sight.of(Set.of("ward-9")))).isEmpty();
    }

    @Test
    void what_is_urgent_asks_for_a_checkpoint_once_and_what_is_not_waits() {
        centre.patient("p1");
        follower.step();
        assertThat(forced.get()).isZero();

        centre.take("""
                {'type':'imaging_complete','priority':'high','occurredAt':'2026-03-01T08:00:00Z',
                 'patient':{'reference':'Patient/p1'},
                 'payload':{'accession':'X-1','studyUid':'1.2.840.1','modality':'CT','series':2,'instances':300}}""");
        follower.step();

        assertThat(forced.get()).isEqualTo(1);
    }
}
