package org.fieldward.core.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.anchor.chain.SqlChain;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Key;
import org.fieldward.core.clinical.Centre;
import org.fieldward.core.clinical.proof.ChartCommitmentFollower;
import org.fieldward.core.clinical.proof.ChartProofs.State;
import org.fieldward.core.clinical.proof.SqlChartCommitments;
import org.fieldward.core.distribution.MemoryAudit;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.Stored;
import org.fieldward.core.distribution.rest.door.Proving;
import org.fieldward.core.distribution.rest.door.Rooms;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;
import org.fieldward.core.distribution.rest.exchange.Target;
import org.fieldward.core.distribution.rest.export.Exports;
import org.fieldward.core.distribution.rest.export.SqlJobs;
import org.fieldward.core.distribution.series.Measured;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.RecordCheck.Result;
import org.fieldward.core.observation.commitment.SqlCommitments;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart stores is proved like a reading. */
final class ChartProofTest {

    private static final Instant NOON = Centre.NOON;

    private final Centre centre = new Centre();
    private final AtomicInteger forced = new AtomicInteger();
    private final SqlLog log = new SqlLog(centre.database, new SqlCommitments(centre.database));
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
        return new LogFollower(log, signer(), Duration.ofMinutes(1));
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

    /** As {@code GET} on the FHIR API by somebody of that facility. */
    private String get(Rooms rooms, Role role, String facility, String path) {
        var caller = new Caller("somebody", "", Set.of(role), Sight.of(Set.of(facility)));
        var call = new Call(
                "GET",
                "http://core.example/fhir",
                Target.parse("GET", path),
                Map.of(),
                Map.of(),
                new Call.Body.None(),
                caller);
        try {
            Answer answer = rooms.answer(call, inner -> false, inner -> Answer.of(500, new Bundle()));
            var bytes = new ByteArrayOutputStream();
            answer.content().orElseThrow().write(bytes);
            assertThat(answer.patients()).as("whom the audit names").containsExactly("p1");
            return bytes.toString(StandardCharsets.UTF_8);
        } catch (BaseServerResponseException e) {
            return Integer.toString(e.getStatusCode());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void over_fhir_every_version_has_its_proof_for_who_may_see_it_as_soon_as_a_checkpoint_covers_it() {
        var exports = new Exports(new SqlJobs(centre.database), folder.resolve("exports"), () -> "x", centre.clock);
        var deeds = List.of(new Proving(centre.chart, proofs).deed());
        var rooms = new Rooms(
                new Stored(centre.chart, ProfileCheck.shared(), () -> "x", exports, deeds),
                Measured.NOTHING,
                new MemoryAudit(),
                new Cursors(new byte[32]),
                FhirContext.forR4Cached(),
                centre.clock,
                (type, id) -> Optional.empty());
        centre.patient("p1");
        assertThat(get(rooms, Role.NURSE, Centre.WARD, "Patient/p1/$proof"))
                .as("not yet in the log")
                .isEqualTo("404");
        centre.chart.write(
                Centre.AUTHOR, desk -> desk.apply(new Change.Delete(new Key("Patient", "p1"), OptionalLong.empty())));
        follower.step();
        assertThat(get(rooms, Role.NURSE, Centre.WARD, "Patient/p1/$proof"))
                .as("no checkpoint yet")
                .isEqualTo("404");
        logFollower().step(NOON);

        String first = get(rooms, Role.NURSE, Centre.WARD, "Patient/p1/_history/1/$proof");
        String newest = get(rooms, Role.NURSE, Centre.WARD, "Patient/p1/$proof");
        for (String proof : List.of(first, newest)) {
            assertThat(ProofJson.check(proof, signer().publicKey()).result()).isInstanceOf(Result.Accepted.class);
        }
        assertThat(first).isNotEqualTo(newest);
        assertThat(get(rooms, Role.NURSE, Centre.WARD, "Patient/p1/_history/2/$proof"))
                .isEqualTo(newest);
        assertThat(get(rooms, Role.NURSE, Centre.WARD, "Patient/p1/_history/3/$proof"))
                .isEqualTo("404");
        assertThat(get(rooms, Role.NURSE, "ward-9", "Patient/p1/$proof")).isEqualTo("404");
        assertThat(get(rooms, Role.NURSE, "ward-9", "Patient/p1/_history/1/$proof"))
                .isEqualTo("404");
        assertThat(get(rooms, Role.TECHNICIAN, Centre.WARD, "Patient/p1/$proof"))
                .isEqualTo("403");
        exports.close();
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
