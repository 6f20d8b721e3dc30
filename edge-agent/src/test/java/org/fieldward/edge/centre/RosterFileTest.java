package org.fieldward.edge.centre;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.fieldward.edge.seal.Seal;
import org.fieldward.edge.seal.SealKey;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RosterFileTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Roster SAID =
            new Roster(4, NOON, Map.of(new DeviceId("monitor-1"), new Roster.Place("Bed 3", "Q. Z.")));

    @TempDir
    Path folder;

    private RosterFile opened() {
        var random = new SecureRandom();
        Seal seal = SealKey.ensure(folder, random).seal("roster", random);
        return new RosterFile(folder.resolve("roster"), seal);
    }

    @Test
    void what_the_centre_said_is_there_after_a_restart_without_a_link() {
        opened().keep(SAID);

        assertThat(opened().roster()).isEqualTo(SAID);
    }

    @Test
    void nobody_reads_it_off_the_disk_or_out_of_a_log() throws IOException {
        opened().keep(SAID);

        String bytes = Files.readString(folder.resolve("roster"), StandardCharsets.ISO_8859_1);
        assertThat(bytes).doesNotContain("Bed").doesNotContain("Q. Z.").doesNotContain("monitor");
        assertThat(SAID.toString()).doesNotContain("Q. Z.");
    }

    @Test
    void one_that_was_damaged_is_none_and_the_next_one_is_kept() throws IOException {
        opened().keep(SAID);
        byte[] bytes = Files.readAllBytes(folder.resolve("roster"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(folder.resolve("roster"), bytes);

        RosterFile file = opened();

        assertThat(file.roster()).isEqualTo(Roster.NONE);
        file.keep(SAID);
        assertThat(opened().roster()).isEqualTo(SAID);
    }

    @Test
    void while_the_link_is_up_its_age_begins_anew_and_that_is_written_now_and_then() {
        RosterFile file = opened();
        file.stillHolds(NOON);
        assertThat(file.roster()).as("nothing was said").isEqualTo(Roster.NONE);
        file.keep(SAID);

        file.stillHolds(NOON.plusSeconds(60));
        assertThat(file.roster().saidAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(opened().roster().saidAt()).isEqualTo(NOON);
        file.stillHolds(NOON.plus(Duration.ofMinutes(16)));
        assertThat(opened().roster().saidAt()).isEqualTo(NOON.plus(Duration.ofMinutes(16)));
    }
}
