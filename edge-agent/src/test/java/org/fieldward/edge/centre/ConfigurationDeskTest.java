package org.fieldward.edge.centre;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.centre.ConfigurationDesk.Answer;
import org.fieldward.edge.centre.ConfigurationDesk.Look;
import org.fieldward.edge.centre.Outcome.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationDeskTest {

    private static final ConfigurationDesk.Rules RULES =
            new ConfigurationDesk.Rules(3, Duration.ofSeconds(60), Duration.ofSeconds(15));
    private static final OptionalLong NO_SESSION = OptionalLong.empty();

    @TempDir
    Path folder;

    private long tick;
    private ConfigurationDesk desk = new ConfigurationDesk(new Slots(Path.of("nowhere")), RULES);

    /** What a start of the agent finds on disk. */
    private ConfigurationDesk started() {
        desk = new ConfigurationDesk(new Slots(folder), RULES);
        desk.begin(tick);
        return desk;
    }

    private static Configuration version(long number) {
        return new Configuration(
                number, Map.of("core.max-batch", Long.toString(number), "alarm.limit.spo2", "ä = #\\ 88.."));
    }

    private void prove(long number) {
        assertThat(desk.offer(version(number), Optional.empty(), tick)).isInstanceOf(Answer.Try.class);
        assertThat(desk.look(OptionalLong.of(number), tick)).isEqualTo(Look.NOTHING);
        tick += 15_000;
        assertThat(desk.look(OptionalLong.of(number), tick)).isEqualTo(Look.PROVEN);
    }

    @Test
    void what_proved_itself_holds_after_each_restart_and_months_without_a_link() {
        started();
        prove(1);

        for (int start = 0; start < 20; start++) {
            tick += Duration.ofDays(9).toMillis();
            assertThat(desk.look(NO_SESSION, tick)).isEqualTo(Look.NOTHING);
            started();
        }

        assertThat(desk.present()).contains(version(1));
        assertThat(desk.outcome().map(Outcome::standing)).contains(Standing.APPLIED);
    }

    @Test
    void without_the_link_in_time_what_was_before_holds_again() {
        started();
        prove(1);
        desk.offer(version(2), Optional.empty(), tick);
        assertThat(desk.present()).contains(version(2));

        tick += 59_000;
        assertThat(desk.look(NO_SESSION, tick)).isEqualTo(Look.NOTHING);
        tick += 1_000;
        assertThat(desk.look(NO_SESSION, tick)).isEqualTo(Look.ROLLED_BACK);

        assertThat(desk.present()).contains(version(1));
        started();
        assertThat(desk.present()).contains(version(1));
        assertThat(desk.outcome().orElseThrow().standing()).isEqualTo(Standing.ROLLED_BACK);
        assertThat(desk.outcome().orElseThrow().detail()).contains("60 s");
    }

    @Test
    void sessions_that_never_last_prove_nothing() {
        started();
        desk.offer(version(1), Optional.empty(), tick);
        Look look = Look.NOTHING;
        for (int session = 1; look == Look.NOTHING; session++) {
            tick += 10_000;
            assertThat(desk.look(OptionalLong.of(session), tick)).isEqualTo(Look.NOTHING);
            tick += 5_000;
            look = desk.look(NO_SESSION, tick);
        }

        assertThat(look).isEqualTo(Look.ROLLED_BACK);
        assertThat(desk.present()).isEmpty();
    }

    @Test
    void an_agent_that_keeps_dying_goes_back_by_itself() {
        started();
        desk.offer(version(1), Optional.empty(), tick);

        started();
        assertThat(desk.present()).contains(version(1));
        started();
        assertThat(desk.present()).contains(version(1));
        started();

        assertThat(desk.present()).as("the gateway's own file alone").isEmpty();
        assertThat(desk.outcome().orElseThrow().detail()).contains("3 times");
    }

    @Test
    void what_was_refused_changes_nothing_and_is_judged_once() {
        started();
        prove(1);

        assertThat(desk.offer(version(2), Optional.of("core.max-batch must be ..."), tick))
                .isInstanceOf(Answer.Refused.class);

        assertThat(desk.present()).contains(version(1));
        started();
        assertThat(desk.offer(version(2), Optional.empty(), tick)).isInstanceOf(Answer.Known.class);
        assertThat(desk.outcome().orElseThrow().detail()).isEqualTo("core.max-batch must be ...");
        assertThat(desk.offer(version(3), Optional.empty(), tick)).isInstanceOf(Answer.Try.class);
    }

    @Test
    void a_version_that_was_rolled_back_is_not_tried_again_when_the_centre_repeats_it() {
        started();
        desk.offer(version(1), Optional.empty(), tick);
        tick += 60_000;
        desk.look(NO_SESSION, tick);

        assertThat(desk.offer(version(1), Optional.empty(), tick)).isInstanceOf(Answer.Known.class);
        assertThat(desk.present()).isEmpty();
    }

    @Test
    void a_slot_that_was_damaged_is_as_if_it_had_never_come() throws IOException {
        started();
        prove(1);
        desk.offer(version(2), Optional.empty(), tick);
        Path trial = folder.resolve("b.properties");
        Files.writeString(trial, Files.readString(trial).replace("batch=2", "batch=9"));

        started();

        assertThat(desk.present()).contains(version(1));
        assertThat(desk.outcome().orElseThrow().standing()).isEqualTo(Standing.ROLLED_BACK);
        Files.writeString(folder.resolve("word"), "proven=A\n");
        assertThat(started().present()).as("without its word").isEmpty();
    }

    @Test
    void a_start_that_was_cut_off_while_it_wrote_leaves_what_was_before() throws IOException {
        started();
        prove(1);
        Files.writeString(folder.resolve("b.properties.new"), "half of");
        Files.writeString(folder.resolve("word.new"), "");
        // The slot was written, its word was not.
        new Slots(folder).write(Slots.Slot.B, version(2));

        assertThat(started().present()).contains(version(1));
        prove(3);
        assertThat(started().present()).contains(version(3));
    }

    @Test
    void a_disk_that_takes_nothing_ends_a_trial_and_not_the_agent() throws IOException {
        started();
        prove(1);
        desk.offer(version(2), Optional.empty(), tick);
        // Where the draft should be written something else stands.
        Files.createDirectories(folder.resolve("word.new/in-the-way"));

        assertThat(started().present()).contains(version(1));

        Files.delete(folder.resolve("word.new/in-the-way"));
        assertThat(started().present()).contains(version(2));
    }
}
