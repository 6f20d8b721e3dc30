package org.fieldward.simulator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.fieldward.simulator.core.FakeCore;
import org.fieldward.simulator.fleet.FakeGateway;
import org.fieldward.simulator.sample.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceSimulatorTest {

    @TempDir
    Path folder;

    private final FakeCore core = new FakeCore();
    private final FakeGateway gateway = new FakeGateway(core, "");
    private final StringWriter out = new StringWriter();

    @AfterEach
    void close() {
        gateway.close();
        core.close();
    }

    private int run(String... arguments) {
        var writer = new PrintWriter(out, true);
        return DeviceSimulator.commandLine().setOut(writer).setErr(writer).execute(arguments);
    }

    private String evidence() {
        return folder.resolve("evidence.ndjson").toString();
    }

    private int replay(String... more) throws Exception {
        Path file = folder.resolve("p1_Numerics.csv");
        Files.write(file, List.of("Time [s], HR, PULSE, RESP, SpO2", "0,80,79,15,97", "1,81,80,NaN,0"));
        List<String> arguments = Stream.concat(
                        Stream.of(
                                "replay",
                                file.toString(),
                                "--port",
                                Integer.toString(gateway.port()),
                                "--speed",
                                "0",
                                "--evidence",
                                evidence()),
                        Stream.of(more))
                .toList();
        return run(arguments.toArray(String[]::new));
    }

    private int compare() {
        return run("compare", "--evidence", evidence(), "--core", core.uri().toString());
    }

    @Test
    void a_replay_that_arrived_compares_with_exit_code_0_and_a_lost_reading_with_1() throws Exception {
        assertThat(replay()).isZero();
        assertThat(compare()).isZero();
        assertThat(out.toString()).contains("evidence = core");

        core.change(stored -> stored.clear());
        assertThat(compare()).isEqualTo(1);
        assertThat(out.toString()).contains("missing    p1", "EVIDENCE AND CORE DIFFER");
    }

    @Test
    void a_ward_runs_in_each_format_and_refuses_a_scenario_it_does_not_know() {
        String port = Integer.toString(gateway.port());

        assertThat(run(
                        "ward",
                        "--beds",
                        "2",
                        "--length",
                        "30s",
                        "--speed",
                        "0",
                        "--port",
                        port,
                        "--evidence",
                        evidence()))
                .isZero();
        assertThat(gateway.publishes()).hasSize(60);
        assertThat(run("ward", "--scenarios", "bored", "--evidence", evidence()))
                .isEqualTo(2);
        assertThat(out.toString()).contains("was 'bored'");
    }

    @Test
    void a_load_writes_its_result_as_json() throws Exception {
        Path json = folder.resolve("result.json");

        assertThat(run(
                        "load",
                        "--connections",
                        "2",
                        "--duration",
                        "1s",
                        "--warm-up",
                        "0s",
                        "--port",
                        Integer.toString(gateway.port()),
                        "--json",
                        json.toString()))
                .isZero();

        assertThat(Files.readString(json)).contains("\"ackedPerSecond\"", "\"p999\"", "\"cpuSecondsPerMillion\"");
    }

    @Test
    void wrong_use_ends_with_2_and_names_the_option_the_rule_and_the_value() throws Exception {
        assertThat(run("fly")).isEqualTo(2);
        assertThat(replay("--duplicates", "3")).isEqualTo(2);
        assertThat(out.toString()).contains("duplicates must be a probability from 0 to 1, was 3.0");
        assertThat(run("compare", "--evidence", evidence())).isEqualTo(2);
        assertThat(out.toString()).contains("--core must be given");
    }

    @Test
    void every_option_is_explained() {
        DeviceSimulator.commandLine().getSubcommands().values().stream()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .forEach(option -> assertThat(option.description())
                        .as(option.longestName())
                        .isNotEmpty());
    }

    @Test
    void a_password_never_prints() {
        assertThat(new Secret("open sesame").toString()).isEqualTo("***");
    }
}
