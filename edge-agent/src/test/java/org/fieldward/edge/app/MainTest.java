package org.fieldward.edge.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MainTest {

    @Test
    void a_service_is_started_without_reading_the_other_commands() {
        assertThat(Main.asService("run", "--config", "/etc/x.properties")).contains(Path.of("/etc/x.properties"));
    }

    @Test
    void all_other_words_are_for_the_command_line() {
        assertThat(Main.asService()).isEmpty();
        assertThat(Main.asService("run")).isEmpty();
        assertThat(Main.asService("run", "--config=x")).isEmpty();
        assertThat(Main.asService("status", "--config", "x")).isEmpty();
        assertThat(Main.asService("run", "--config", "x", "--help")).isEmpty();
    }

    @Test
    void both_ways_to_run_say_in_the_same_words_what_the_operator_can_mend() {
        var words = new StringWriter();
        int code = EdgeAgentCommand.commandLine()
                .setErr(new PrintWriter(words, true))
                .execute("run", "-c", "/nowhere/edge-agent.properties");

        var direct = new StringWriter();
        try {
            Settings.load(Path.of("/nowhere/edge-agent.properties"));
        } catch (RuntimeException e) {
            assertThat(Main.failed(e, new PrintWriter(direct, true))).isEqualTo(code);
        }
        assertThat(words.toString()).startsWith("edge-agent: ").isEqualTo(direct.toString());
    }
}
