package org.fieldward.edge.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import org.fieldward.edge.ingest.access.Doorkeeper.Attempt;
import org.fieldward.proto.certificate.Subject.Purpose;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationTest {

    private static final Identity MONITOR = new Identity.Device(new DeviceId("monitor-07"));
    private static final Identity PUMP = new Identity.Device(new DeviceId("pump-3"));

    @TempDir
    Path home;

    private Ward ward;

    @BeforeEach
    void open() throws Exception {
        ward = new Ward(home);
    }

    @Test
    void a_revoked_name_is_refused_with_its_password_and_with_its_certificate_until_it_is_allowed_again() {
        WardDoorkeeper doorkeeper = ward.withCertificates();
        X509Certificate certificate = ward.certificate("monitor-07");
        ward.login(doorkeeper, "monitor-07", "secret");

        ward.file.revoke("monitor-07");
        assertThat(doorkeeper.refresh()).isTrue();

        assertThat(doorkeeper.isCurrent(MONITOR)).isFalse();
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).isEmpty();
        assertThat(ward.login(doorkeeper, Ward.with(certificate))).isEmpty();
        assertThat(doorkeeper.isCurrent(MONITOR)).isFalse();

        ward.file.allow("monitor-07");
        doorkeeper.refresh();
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
        assertThat(ward.login(doorkeeper, Ward.with(certificate))).contains(MONITOR);
    }

    @Test
    void a_device_without_an_account_comes_in_with_a_certificate_and_is_revoked_by_name() {
        WardDoorkeeper doorkeeper = ward.withCertificates();

        assertThat(ward.login(doorkeeper, Ward.with(ward.certificate("pump-3"))))
                .contains(PUMP);
        assertThat(doorkeeper.isCurrent(PUMP)).isTrue();
        ward.file.revoke("pump-3");
        doorkeeper.refresh();

        assertThat(doorkeeper.isCurrent(PUMP)).isFalse();
    }

    @Test
    void screens_and_operators_end_when_they_are_revoked() {
        WardDoorkeeper doorkeeper = ward.withCertificates();
        ward.file.revoke("nurse");
        ward.file.revoke("chief");
        doorkeeper.refresh();

        assertThat(doorkeeper.isCurrent(new Identity.Screen("nurse"))).isFalse();
        assertThat(doorkeeper.isCurrent(new Identity.Operator("chief"))).isFalse();
        assertThat(ward.login(doorkeeper, "chief", "third")).isEmpty();
    }

    @Test
    void after_a_start_what_is_kept_for_a_device_stays_if_it_may_have_a_way_in() {
        ward.file.revoke("lost-1");

        assertThat(ward.withCertificates().isCurrent(PUMP)).isTrue();
        assertThat(ward.withCertificates().isCurrent(new Identity.Device(new DeviceId("lost-1"))))
                .isFalse();
        assertThat(ward.withCertificates().isCurrent(new Identity.Screen("pump-3")))
                .isFalse();
        assertThat(ward.withoutCertificates().isCurrent(PUMP)).isFalse();
        assertThat(ward.withoutCertificates().isCurrent(MONITOR)).isTrue();
    }

    @Test
    void a_device_that_came_with_a_password_goes_with_its_account_also_where_certificates_count() {
        WardDoorkeeper doorkeeper = ward.withCertificates();
        ward.login(doorkeeper, "monitor-07", "secret");

        ward.file.remove("monitor-07");
        doorkeeper.refresh();

        assertThat(doorkeeper.isCurrent(MONITOR)).isFalse();
    }

    @Test
    void a_certificate_that_comes_onto_the_list_is_refused_and_what_came_in_with_it_ends() throws Exception {
        X509Certificate lost = ward.certificate("monitor-07");
        X509Certificate next = ward.certificate("monitor-07");
        ward.list();
        WardDoorkeeper doorkeeper = ward.withLists();
        assertThat(ward.login(doorkeeper, Ward.with(lost))).contains(MONITOR);

        ward.list(lost);
        assertThat(doorkeeper.refresh()).isTrue();
        assertThat(doorkeeper.refresh()).isFalse();

        assertThat(doorkeeper.isCurrent(MONITOR))
                .as("also with an account of this name")
                .isFalse();
        assertThat(ward.login(doorkeeper, Ward.with(lost))).isEmpty();
        assertThat(ward.login(doorkeeper, Ward.with(next))).contains(MONITOR);
        assertThat(doorkeeper.isCurrent(MONITOR)).isTrue();
        assertThat(ward.login(doorkeeper, "monitor-07", "secret")).contains(MONITOR);
        assertThat(doorkeeper.isCurrent(MONITOR)).isTrue();
    }

    @Test
    void a_broken_list_stops_the_start_but_leaves_a_running_door_with_the_old_one_and_accounts_fresh()
            throws Exception {
        X509Certificate lost = ward.certificate("pump-3");
        ward.list(lost);
        WardDoorkeeper doorkeeper = ward.withLists();

        Files.writeString(home.resolve("crl.pem"), "<html>not found</html>");
        ward.file.revoke("monitor-07");

        assertThatThrownBy(doorkeeper::refresh)
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("crl.pem");
        assertThat(ward.login(doorkeeper, Ward.with(lost))).isEmpty();
        assertThat(doorkeeper.isCurrent(MONITOR)).isFalse();
        assertThatThrownBy(ward::withLists).isInstanceOf(AccountException.class).hasMessageContaining("crl.pem");
        Files.delete(home.resolve("crl.pem"));
        assertThatThrownBy(ward::withLists).isInstanceOf(AccountException.class).hasMessageContaining("crl.pem");
    }

    @Test
    void a_certificate_counts_no_longer_once_it_expired_unless_nobody_can_tell_the_time() {
        WardDoorkeeper doorkeeper = ward.withCertificates();
        X509Certificate certificate = ward.certificate("pump-3", Purpose.CLIENT, Duration.ofHours(1));
        ward.login(doorkeeper, Ward.with(certificate));

        ward.now = Optional.of(Ward.START.plus(Duration.ofHours(2)));
        assertThat(doorkeeper.isCurrent(PUMP)).isFalse();
        assertThat(ward.login(doorkeeper, Ward.with(certificate))).isEmpty();

        ward.now = Optional.empty();
        assertThat(ward.login(doorkeeper, Ward.with(certificate))).contains(PUMP);
    }

    @Test
    void a_certificate_must_be_made_out_to_a_device_for_clients_and_agree_with_the_user_name() {
        WardDoorkeeper doorkeeper = ward.withCertificates();
        X509Certificate pump = ward.certificate("pump-3");

        assertThat(ward.login(doorkeeper, Ward.with(ward.certificate("pump-3", Purpose.SERVER, Duration.ofDays(1)))))
                .isEmpty();
        assertThat(ward.login(doorkeeper, Ward.with(ward.authority.certificate())))
                .isEmpty();
        assertThat(ward.login(doorkeeper, Ward.with(ward.certificate("pump/+"))))
                .isEmpty();
        assertThat(ward.login(doorkeeper, named(pump, "pump-4"))).isEmpty();
        assertThat(ward.login(doorkeeper, named(pump, "pump-3"))).contains(PUMP);
        assertThat(ward.login(ward.withoutCertificates(), Ward.with(pump))).isEmpty();
    }

    private static Attempt named(X509Certificate certificate, String username) {
        return new Attempt(Ward.HERE, Optional.of(certificate), Optional.of(username), Optional.empty());
    }
}
