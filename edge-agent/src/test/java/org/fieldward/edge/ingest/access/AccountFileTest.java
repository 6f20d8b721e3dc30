package org.fieldward.edge.ingest.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.fieldward.proto.password.PasswordHash;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountFileTest {

    @TempDir
    Path home;

    private AccountFile file = new AccountFile(Path.of("."));

    @BeforeEach
    void fresh() {
        file = new AccountFile(home.resolve("accounts"));
    }

    private static Account account(String name, Role role) {
        return new Account(name, role, PasswordHash.of("secret".getBytes(UTF_8), 1, new SecureRandom()));
    }

    @Test
    void accounts_and_revoked_names_are_read_as_they_were_written() {
        Account pump = account("pump-3", Role.DEVICE);
        Account chief = account("chief", Role.OPERATOR);
        file.put(List.of(pump, chief));

        assertThat(file.revoke("pump-3")).isTrue();
        assertThat(file.revoke("pump-3")).isFalse();
        assertThat(file.revoke("certificate-only")).isTrue();
        assertThat(file.read().accounts()).containsOnlyKeys("chief", "pump-3").containsValues(chief, pump);
        assertThat(file.read().revoked()).containsExactly("certificate-only", "pump-3");

        assertThat(file.allow("pump-3")).isTrue();
        assertThat(file.allow("pump-3")).isFalse();
        assertThat(file.read().revoked()).containsExactly("certificate-only");
    }

    @Test
    void a_new_password_and_a_removed_account_leave_a_revocation_in_force() {
        file.put(account("pump-3", Role.DEVICE));
        file.revoke("pump-3");

        file.put(List.of(account("pump-3", Role.DEVICE), account("pump-4", Role.DEVICE)));
        file.remove("pump-4");
        file.remove("pump-3");

        assertThat(file.read().accounts()).isEmpty();
        assertThat(file.read().revoked()).containsExactly("pump-3");
    }

    /** An agent of before takes lines of three words with a role it knows, and stops at any other. */
    @Test
    void a_revocation_is_a_line_that_an_older_agent_refuses_to_start_with() throws Exception {
        file.put(account("pump-3", Role.DEVICE));
        file.revoke("pump-3");

        assertThat(Files.readAllLines(home.resolve("accounts"))).contains("pump-3 revoked");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pump-3 doctor pbkdf2-sha256$1$AA==$AA==          | role must be device, screen, operator or staff, was 'doctor'",
                "pump-3 forbidden                                 | a line must have a name, a role",
                "pump-3 revoked since-monday now                  | a line must have a name, a role",
                "a/b revoked                                      | an account's name must be 1 to 64",
                "pump-3 device md5$1$AA==$AA==                    | a password hash must be pbkdf2-sha256"
            })
    void a_line_that_is_not_understood_is_named_and_nothing_is_read(String line, String rule) throws Exception {
        Files.writeString(home.resolve("accounts"), "# heading\n" + line + "\n");

        assertThatThrownBy(file::read)
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining(rule)
                .hasMessageNotContaining("AA==");
    }

    @Test
    void a_hash_never_prints() {
        file.put(account("pump-3", Role.DEVICE));

        assertThat(PasswordHash.of(new byte[] {1}, 1, new SecureRandom()).toString())
                .isEqualTo("***");
        assertThat(file.read().toString()).contains("pump-3").doesNotContain("pbkdf2");
    }

    @Test
    void only_its_owner_can_read_the_accounts_file() throws Exception {
        file.put(account("pump-3", Role.DEVICE));

        assertThat(Files.getPosixFilePermissions(home.resolve("accounts")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
}
