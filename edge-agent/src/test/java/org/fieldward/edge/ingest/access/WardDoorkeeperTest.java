package org.fieldward.edge.ingest.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.access.Doorkeeper.Attempt;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WardDoorkeeperTest {

    private static final Identity MONITOR = new Identity.Device(new DeviceId("monitor-07"));
    private static final Identity NURSE = new Identity.Screen("nurse");

    @TempDir
    Path home;

    private final SecureRandom random = new SecureRandom();
    private final List<Runnable> slow = new ArrayList<>();
    private AccountFile file = new AccountFile(Path.of("."));

    @BeforeEach
    void accounts() {
        file = new AccountFile(home.resolve("accounts"));
        add("monitor-07", Role.DEVICE, "secret");
        add("nurse", Role.SCREEN, "other");
    }

    private void add(String name, Role role, String password) {
        file.put(new Account(name, role, PasswordHash.of(password.getBytes(UTF_8), 1000, random)));
    }

    private Optional<Identity> login(WardDoorkeeper doorkeeper, String name, String password) {
        var answer = doorkeeper
                .login(new Attempt(
                        "127.0.0.1",
                        Optional.empty(),
                        Optional.of(name),
                        Optional.of(ByteString.copyFromUtf8(password))))
                .toCompletableFuture();
        slow.forEach(Runnable::run);
        slow.clear();
        return answer.join();
    }

    @Test
    void the_right_password_is_checked_slowly_once_and_then_recalled() {
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);

        assertThat(login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
        assertThat(doorkeeper
                        .login(new Attempt(
                                "127.0.0.1",
                                Optional.empty(),
                                Optional.of("monitor-07"),
                                Optional.of(ByteString.copyFromUtf8("secret"))))
                        .toCompletableFuture())
                .isCompletedWithValue(Optional.of(MONITOR));
        assertThat(login(doorkeeper, "monitor-07", "wrong")).isEmpty();
        assertThat(login(doorkeeper, "nurse", "other")).contains(NURSE);
        assertThat(login(doorkeeper, "nobody", "secret")).isEmpty();
        assertThat(login(doorkeeper, "a/b", "secret")).isEmpty();
        assertThat(login(doorkeeper, "monitor-07", "")).isEmpty();
    }

    @Test
    void a_changed_password_and_a_removed_account_are_not_recalled() throws Exception {
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);
        login(doorkeeper, "monitor-07", "secret");
        login(doorkeeper, "nurse", "other");

        add("monitor-07", Role.DEVICE, "changed");
        file.remove("nurse");
        Files.setLastModifiedTime(home.resolve("accounts"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));

        assertThat(doorkeeper.refresh()).isTrue();
        assertThat(doorkeeper.refresh()).isFalse();
        assertThat(login(doorkeeper, "monitor-07", "secret")).isEmpty();
        assertThat(login(doorkeeper, "monitor-07", "changed")).contains(MONITOR);
        assertThat(doorkeeper.isCurrent(MONITOR)).isTrue();
        assertThat(doorkeeper.isCurrent(NURSE)).isFalse();
    }

    @Test
    void a_device_publishes_formats_under_its_own_name_only() {
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);

        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/readings"))
                .isEqualTo(new Publishing.ToBuffer(Optional.of(Format.JSON)));
        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/senml"))
                .isEqualTo(new Publishing.ToBuffer(Optional.of(Format.SENML)));
        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/protobuf"))
                .isEqualTo(new Publishing.ToBuffer(Optional.of(Format.PROTOBUF)));
        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/senml-cbor"))
                .isEqualTo(new Publishing.ToBuffer(Optional.of(Format.SENML_CBOR)));
        for (String other : List.of("x", "readings/more", "", "status")) {
            assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/" + other))
                    .isEqualTo(new Publishing.ToBuffer(Optional.empty()));
        }
        for (String foreign : List.of(
                "devices/monitor-08/readings",
                "devices/monitor-07",
                "devices/monitor-071/readings",
                "/devices/monitor-07/readings",
                "$SYS/x",
                "Devices/monitor-07/readings")) {
            assertThat(doorkeeper.publishing(MONITOR, foreign)).isEqualTo(new Publishing.Denied());
        }
        assertThat(doorkeeper.publishing(NURSE, "devices/monitor-07/readings")).isEqualTo(new Publishing.Denied());
    }

    @Test
    void a_device_is_a_sparkplug_node_of_its_own_name_in_any_group() {
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);

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
        add("monitor-07.pump", Role.DEVICE, "third");
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);
        doorkeeper.refresh();

        assertThat(doorkeeper.publishing(MONITOR, "spBv1.0/icu/DDATA/monitor-07/pump"))
                .isEqualTo(new Publishing.Denied());
        assertThat(doorkeeper.publishing(MONITOR, "spBv1.0/icu/DDATA/monitor-07/vent"))
                .isInstanceOf(Publishing.ToBuffer.class);
    }

    @Test
    void a_sparkplug_node_hears_its_own_commands_and_whether_the_host_is_there() {
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);

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
                new Accounts(file, random),
                slow::add,
                (device, levels) ->
                        levels.getLast().equals("acme") || levels.getFirst().equals("vitals")
                                ? Optional.of(new Format.Mapped("acme"))
                                : Optional.empty());
        var mapped = new Publishing.ToBuffer(Optional.of(new Format.Mapped("acme")));

        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/mapped/acme"))
                .isEqualTo(mapped);
        assertThat(doorkeeper.publishing(MONITOR, "vitals/monitor-07/obs")).isEqualTo(mapped);
        assertThat(doorkeeper.publishing(MONITOR, "devices/monitor-07/mapped/other"))
                .isEqualTo(new Publishing.ToBuffer(Optional.empty()));
        assertThat(doorkeeper.publishing(MONITOR, "other/monitor-07")).isEqualTo(new Publishing.Denied());
    }

    @Test
    void a_device_has_no_client_id_but_its_own() {
        var doorkeeper = new WardDoorkeeper(new Accounts(file, random), slow::add);

        assertThat(doorkeeper.mayUseClientId(MONITOR, "monitor-07")).isTrue();
        assertThat(doorkeeper.mayUseClientId(MONITOR, "monitor-08")).isFalse();
        assertThat(doorkeeper.mayUseClientId(NURSE, "anything")).isTrue();
    }

    @Test
    void a_hash_never_prints_and_a_broken_file_names_its_line() throws Exception {
        assertThat(PasswordHash.of(new byte[] {1}, 1000, random).toString()).isEqualTo("***");
        assertThat(file.read().values().toString()).doesNotContain("pbkdf2");

        Files.writeString(home.resolve("accounts"), "# heading\nmonitor-07 doctor pbkdf2-sha256$1$AA==$AA==\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("role must be device or screen");
    }

    @Test
    void only_its_owner_can_read_the_accounts_file() throws Exception {
        assertThat(Files.getPosixFilePermissions(home.resolve("accounts")))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }
}
