package org.fieldward.edge.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WardDoorkeeperTest {

    private static final Identity MONITOR = new Identity.Device(new DeviceId("monitor-07"));
    private static final Identity NURSE = new Identity.Screen("nurse");
    private static final Identity CHIEF = new Identity.Operator("chief");

    @TempDir
    Path home;

    private Ward ward;

    @BeforeEach
    void open() throws Exception {
        ward = new Ward(home);
    }

    @Test
    void the_right_password_is_checked_slowly_once_and_then_recalled() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();

        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
        assertThat(doorkeeper
                        .login(Ward.with("monitor-07", "secret", Ward.HERE))
                        .toCompletableFuture())
                .isCompletedWithValue(Optional.of(MONITOR));
        assertThat(ward.login(doorkeeper, "monitor-07", "wrong")).isEmpty();
        assertThat(ward.login(doorkeeper, "nurse", "other")).contains(NURSE);
        assertThat(ward.login(doorkeeper, "chief", "third")).contains(CHIEF);
        assertThat(ward.login(doorkeeper, "a/b", "secret")).isEmpty();
        assertThat(ward.login(doorkeeper, "monitor-07", "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"monitor-07, wrong", "nobody, secret", "revoked-1, secret"})
    void a_name_that_is_unknown_or_revoked_costs_as_much_as_a_wrong_password(String name, String password) {
        ward.account("revoked-1", Role.DEVICE, "secret");
        ward.file.revoke("revoked-1");
        WardDoorkeeper doorkeeper = ward.withoutCertificates();

        var answer = doorkeeper.login(Ward.with(name, password, Ward.HERE)).toCompletableFuture();

        assertThat(answer).isNotDone();
        assertThat(ward.slow).hasSize(1);
        ward.slow.remove().run();
        assertThat(answer).isCompletedWithValue(Optional.empty());
    }

    @Test
    void a_changed_password_and_a_removed_account_are_not_recalled() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        ward.login(doorkeeper, "monitor-07", "secret");
        ward.login(doorkeeper, "nurse", "other");

        ward.account("monitor-07", Role.DEVICE, "changed");
        ward.file.remove("nurse");

        assertThat(doorkeeper.refresh()).isTrue();
        assertThat(doorkeeper.refresh()).isFalse();
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).isEmpty();
        assertThat(ward.login(doorkeeper, "monitor-07", "changed")).contains(MONITOR);
        assertThat(doorkeeper.isCurrent(MONITOR)).isTrue();
        assertThat(doorkeeper.isCurrent(NURSE)).isFalse();
    }

    @Test
    void an_account_with_another_role_ends_what_the_old_one_began() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        ward.login(doorkeeper, "chief", "third");

        ward.account("chief", Role.SCREEN, "third");
        doorkeeper.refresh();

        assertThat(doorkeeper.isCurrent(CHIEF)).isFalse();
    }

    @Test
    void a_file_that_is_not_understood_changes_nothing_and_is_complained_about_until_it_is() throws Exception {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        String good = Files.readString(home.resolve("accounts"));

        Files.writeString(home.resolve("accounts"), good + "monitor-07 forbidden\n");

        assertThatThrownBy(doorkeeper::refresh).isInstanceOf(AccountException.class);
        assertThatThrownBy(doorkeeper::refresh).isInstanceOf(AccountException.class);
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
        Files.writeString(home.resolve("accounts"), good + "monitor-07 revoked\n");
        assertThat(doorkeeper.refresh()).isTrue();
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).isEmpty();
    }

    @ParameterizedTest(name = "{0}: device {1}, screen {2}, operator {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "devices/monitor-07/readings        | JSON | - | -",
                "devices/monitor-07/senml           | SENML | - | -",
                "devices/monitor-07/protobuf        | PROTOBUF | - | -",
                "devices/monitor-07/x               | none | - | -",
                "devices/monitor-07/readings/more   | none | - | -",
                "devices/monitor-07/                | none | - | -",
                "devices/monitor-07/status          | none | - | -",
                "devices/monitor-07                 | - | - | -",
                "devices/monitor-08/readings        | - | - | -",
                "devices/monitor-071/readings       | - | - | -",
                "devices/monitor-0/readings         | - | - | -",
                "/devices/monitor-07/readings       | - | - | -",
                "Devices/monitor-07/readings        | - | - | -",
                "devicesx/monitor-07/readings       | - | - | -",
                "answers/monitor-07/17              | local | - | -",
                "answers/monitor-07                 | - | - | -",
                "answers/monitor-08/17              | - | - | -",
                "commands/monitor-07/restart        | - | - | local",
                "commands/monitor-08/a/b            | - | - | local",
                "commands/monitor-07                | - | - | -",
                "commands//restart                  | - | - | -",
                "commands/$share/restart            | - | - | -",
                "commandsx/monitor-07/restart       | - | - | -",
                "alarms/monitor-07/limit            | - | - | -",
                "$SYS/monitor-07/x                  | - | - | -",
                "$share/g/devices/monitor-07/x      | - | - | -",
                "$devices/monitor-07/readings       | - | - | -"
            })
    void who_publishes_where(String topic, String device, String screen, String operator) {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();

        assertThat(doorkeeper.publishing(MONITOR, topic)).isEqualTo(publishing(device));
        assertThat(doorkeeper.publishing(NURSE, topic)).isEqualTo(publishing(screen));
        assertThat(doorkeeper.publishing(CHIEF, topic)).isEqualTo(publishing(operator));
    }

    private static Publishing publishing(String word) {
        return switch (word) {
            case "-" -> new Publishing.Denied();
            case "local" -> new Publishing.Local();
            case "none" -> new Publishing.ToBuffer(Optional.empty());
            default ->
                new Publishing.ToBuffer((Format.ofTopicLevel(
                        word.toLowerCase(Locale.ROOT).replace('_', '-').replace("json", "readings"))));
        };
    }

    @ParameterizedTest(name = "{0}: device {1}, screen {2}, operator {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "commands/monitor-07/restart   | yes | no  | yes",
                "commands/monitor-07/a/b       | yes | no  | yes",
                "commands/monitor-07/          | yes | no  | yes",
                "commands/monitor-07           | yes | no  | yes",
                "commands/monitor-071/restart  | no  | no  | yes",
                "commands/monitor-0/restart    | no  | no  | yes",
                "commands/monitor-08/restart   | no  | no  | yes",
                "commands/                     | no  | no  | yes",
                "commands                      | no  | no  | no",
                "commandsx/monitor-07/restart  | no  | no  | no",
                "/commands/monitor-07/restart  | no  | no  | no",
                "alarms/monitor-07/limit       | no  | yes | yes",
                "alarms                        | no  | no  | no",
                "devices/monitor-07/status     | no  | yes | yes",
                "devices                       | no  | no  | no",
                "answers/monitor-07/17         | no  | no  | yes",
                "answersx/monitor-07/17        | no  | no  | no",
                "$SYS/broker/uptime            | no  | no  | no",
                "$share/g/alarms/x             | no  | no  | no"
            })
    void who_hears_what_as_a_filter_and_again_for_each_message(
            String topic, String device, String screen, String operator) {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();

        assertThat(hears(doorkeeper, MONITOR, topic)).isEqualTo(device.equals("yes"));
        assertThat(hears(doorkeeper, NURSE, topic)).isEqualTo(screen.equals("yes"));
        assertThat(hears(doorkeeper, CHIEF, topic)).isEqualTo(operator.equals("yes"));
    }

    private static boolean hears(WardDoorkeeper doorkeeper, Identity identity, String topic) {
        boolean receives = doorkeeper.mayReceive(identity, topic);
        assertThat(doorkeeper.maySubscribe(identity, TopicFilter.of(topic))).isEqualTo(receives);
        return receives;
    }

    @ParameterizedTest(name = "{0}: device {1}, screen {2}, operator {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "#                    | no  | no  | no",
                "+/monitor-07/#       | no  | no  | no",
                "commands/#           | no  | no  | yes",
                "commands/+/restart   | no  | no  | yes",
                "commands/monitor-07/#| yes | no  | yes",
                "commands/monitor-07/+| yes | no  | yes",
                "answers/#            | no  | no  | yes",
                "alarms/#             | no  | yes | yes",
                "devices/+/status     | no  | yes | yes",
                "$SYS/#               | no  | no  | no"
            })
    void a_device_has_no_wildcard_in_the_first_two_levels_and_nobody_in_the_first(
            String filter, String device, String screen, String operator) {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();

        assertThat(doorkeeper.maySubscribe(MONITOR, TopicFilter.of(filter))).isEqualTo(device.equals("yes"));
        assertThat(doorkeeper.maySubscribe(NURSE, TopicFilter.of(filter))).isEqualTo(screen.equals("yes"));
        assertThat(doorkeeper.maySubscribe(CHIEF, TopicFilter.of(filter))).isEqualTo(operator.equals("yes"));
    }

    @Test
    void a_device_is_a_sparkplug_node_of_its_own_name_in_any_group() {
        var doorkeeper = ward.withoutCertificates();

        assertThat(doorkeeper.publishing(MONITOR, "spBv1.0/icu/NBIRTH/monitor-07"))
                .isEqualTo(new Publishing.ToBuffer(
                        Optional.of(new Format.Sparkplug("icu", Format.Sparkplug.Verb.NBIRTH, Optional.empty()))));
        assertThat(doorkeeper.publishing(MONITOR, "spBv1.0/icu/DDATA/monitor-07/pump"))
                .isEqualTo(new Publishing.ToBuffer(
                        Optional.of(new Format.Sparkplug("icu", Format.Sparkplug.Verb.DDATA, Optional.of("pump")))));
        for (String foreign : List.of(
                "spBv1.0/icu/NBIRTH/monitor-08",
                "spBv1.0/icu/NBIRTH/monitor-071",
                "spBv1.0/icu/NBIRTH/monitor-07/pump",
                "spBv1.0/icu/DDATA/monitor-07",
                "spBv1.0/icu/DDATA/monitor-07/pump/more",
                "spBv1.0/icu/NCMD/monitor-07",
                "spBv1.0//NDATA/monitor-07",
                "spBv1.0/STATE/monitor-07",
                "spAv1.0/icu/NDATA/monitor-07")) {
            assertThat(doorkeeper.publishing(MONITOR, foreign)).as(foreign).isEqualTo(new Publishing.Denied());
        }
        assertThat(doorkeeper.publishing(NURSE, "spBv1.0/icu/NDATA/nurse")).isEqualTo(new Publishing.Denied());
    }

    @Test
    void a_device_behind_a_node_is_never_one_that_logs_in_itself() {
        ward.account("monitor-07.pump", Role.DEVICE, "third");
        var doorkeeper = ward.withoutCertificates();
        doorkeeper.refresh();

        assertThat(doorkeeper.publishing(MONITOR, "spBv1.0/icu/DDATA/monitor-07/pump"))
                .isEqualTo(new Publishing.Denied());
        assertThat(doorkeeper.publishing(MONITOR, "spBv1.0/icu/DDATA/monitor-07/vent"))
                .isInstanceOf(Publishing.ToBuffer.class);
    }

    @Test
    void a_sparkplug_node_hears_its_own_commands_and_whether_the_host_is_there() {
        var doorkeeper = ward.withoutCertificates();

        for (String own : List.of(
                "spBv1.0/icu/NCMD/monitor-07",
                "spBv1.0/+/NCMD/monitor-07",
                "spBv1.0/icu/DCMD/monitor-07/#",
                "spBv1.0/+/DCMD/monitor-07/pump",
                "spBv1.0/STATE/#",
                "spBv1.0/STATE/fieldward")) {
            assertThat(doorkeeper.maySubscribe(MONITOR, TopicFilter.of(own)))
                    .as(own)
                    .isTrue();
        }
        for (String foreign : List.of(
                "spBv1.0/#",
                "spBv1.0/icu/#",
                "spBv1.0/icu/NCMD/+",
                "spBv1.0/icu/NCMD/#",
                "spBv1.0/icu/NCMD/monitor-08",
                "spBv1.0/icu/+/monitor-07",
                "spBv1.0/icu/NDATA/monitor-07",
                "spBv1.0/STATE/NCMD/monitor-08",
                "+/icu/NCMD/monitor-07")) {
            assertThat(doorkeeper.maySubscribe(MONITOR, TopicFilter.of(foreign)))
                    .as(foreign)
                    .isFalse();
        }
        assertThat(doorkeeper.mayReceive(MONITOR, "spBv1.0/STATE/NCMD/monitor-08"))
                .isFalse();
    }

    @Test
    void a_mapping_adds_topics_of_the_devices_own() {
        var doorkeeper = new WardDoorkeeper(
                new Accounts(ward.file, ward.random),
                ClientCertificates.none(),
                ward.slow::add,
                () -> 0,
                (device, levels) ->
                        levels.getLast().equals("acme") || levels.getFirst().equals("vitals")
                                ? Optional.of(new Format.Mapped("acme"))
                                : Optional.empty());
        var mapped = new Publishing.ToBuffer(Optional.of(new Format.Mapped("acme")));

        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/mapped/acme"))
                .isEqualTo(mapped);
        assertThat(doorkeeper.publishing(MONITOR, "vitals/monitor-07/obs")).isEqualTo(mapped);
        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/messages/events/acme"))
                .isEqualTo(mapped);
        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/mapped/other"))
                .isEqualTo(new Publishing.ToBuffer(Optional.empty()));
        assertThat(doorkeeper.publishing(MONITOR, "other/monitor-07")).isEqualTo(new Publishing.Denied());
    }

    @Test
    void a_device_has_no_client_id_but_its_own() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();

        assertThat(doorkeeper.mayUseClientId(MONITOR, "monitor-07")).isTrue();
        assertThat(doorkeeper.mayUseClientId(MONITOR, "monitor-08")).isFalse();
        assertThat(doorkeeper.mayUseClientId(NURSE, "anything")).isTrue();
        assertThat(doorkeeper.mayUseClientId(CHIEF, "x".repeat(129))).isFalse();
    }

    @Test
    void whoever_guesses_is_refused_unseen_at_that_address_and_the_device_comes_in_from_its_own() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        for (int i = 0; i < 5; i++) {
            assertThat(ward.login(doorkeeper, "monitor-07", "guess-" + i)).isEmpty();
        }

        var next =
                doorkeeper.login(Ward.with("monitor-07", "secret", Ward.HERE)).toCompletableFuture();

        assertThat(next).isCompletedWithValue(Optional.empty());
        assertThat(ward.slow).isEmpty();
        assertThat(ward.login(doorkeeper, Ward.with("monitor-07", "secret", "10.0.0.8")))
                .contains(MONITOR);
        ward.tickMillis = 1_000;
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
    }

    @Test
    void a_wait_holds_also_against_a_password_that_would_be_recalled() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        ward.login(doorkeeper, "monitor-07", "secret");
        for (int i = 0; i < 5; i++) {
            ward.login(doorkeeper, "monitor-07", "guess-" + i);
        }

        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).isEmpty();
    }

    @Test
    void an_address_out_of_budget_hears_that_nobody_looks_and_who_is_remembered_still_comes_in() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        ward.login(doorkeeper, "nurse", "other");
        for (int i = 0; i < Guesses.ADDRESS_BUDGET; i++) {
            ward.login(doorkeeper, "name-" + i, "guess");
        }

        assertThat(doorkeeper.login(Ward.with("monitor-07", "secret", Ward.HERE)))
                .isCompletedExceptionally();
        assertThat(ward.slow).isEmpty();
        assertThat(ward.login(doorkeeper, "nurse", "other")).contains(NURSE);
        assertThat(ward.login(doorkeeper, Ward.with("monitor-07", "secret", "10.0.0.8")))
                .contains(MONITOR);
    }

    @Test
    void without_budget_the_memory_of_a_right_password_cannot_be_asked_for_free() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        ward.login(doorkeeper, "nurse", "other");
        for (int i = 0; i < Guesses.ADDRESS_BUDGET; i++) {
            ward.login(doorkeeper, "name-" + i, "guess");
        }
        for (int i = 0; i < 5; i++) {
            assertThat(doorkeeper.login(Ward.with("nurse", "guess-" + i, Ward.HERE)))
                    .isCompletedExceptionally();
        }

        assertThat(ward.login(doorkeeper, "nurse", "other")).isEmpty();
    }

    @Test
    void when_too_many_wait_the_next_hears_that_nobody_looks_and_nothing_of_its_password() {
        WardDoorkeeper doorkeeper = ward.withoutCertificates();
        for (int i = 0; i < 256; i++) {
            doorkeeper.login(Ward.with("name-" + i, "a-password", "10.0.1." + i));
        }

        var one = doorkeeper
                .login(Ward.with("monitor-07", "a-password", Ward.HERE))
                .toCompletableFuture();

        assertThatThrownBy(one::join)
                .hasCauseInstanceOf(AccountException.class)
                .hasMessageContaining("too many logins are waiting")
                .hasMessageNotContaining("a-password")
                .hasMessageNotContaining("monitor-07");
        while (!ward.slow.isEmpty()) {
            ward.slow.remove().run();
        }
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
    }

    @Test
    void an_attempt_prints_without_its_password() {
        assertThat(Ward.with("monitor-07", "a-password", Ward.HERE).toString())
                .contains(Ward.HERE)
                .doesNotContain("a-password");
    }
}
