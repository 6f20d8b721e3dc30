package org.fieldward.core.access.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Role;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.proto.password.PasswordHash;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SqlPeopleTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlPeople people = new SqlPeople(database);
    private final SqlSessions sessions = new SqlSessions(database);

    @AfterEach
    void close() {
        database.close();
    }

    private static PasswordHash hash(String password) {
        return PasswordHash.of(password.getBytes(StandardCharsets.UTF_8), 1_000, new SecureRandom());
    }

    private static People.Person person(String name, Role role, Optional<Set<String>> facilities) {
        return new People.Person(name, hash("one"), Set.of(role), facilities);
    }

    @Test
    void a_person_comes_back_as_they_were_added_and_with_no_facility_as_with_none_named() {
        assertThat(people.any()).isFalse();
        assertThat(people.put(person("nora", Role.NURSE, Optional.of(Set.of("ward-3", "ward-4"))), NOON))
                .isEqualTo(People.Added.ADDED);
        assertThat(people.put(person("otto", Role.AUDITOR, Optional.empty()), NOON))
                .isEqualTo(People.Added.ADDED);

        People.Person nora = people.find("nora").orElseThrow();
        assertThat(nora.roles()).containsExactly(Role.NURSE);
        assertThat(nora.facilities()).contains(Set.of("ward-3", "ward-4"));
        assertThat(nora.password().matches("one".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(nora.password().matches("two".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(people.find("otto").orElseThrow().facilities()).isEmpty();
        assertThat(people.all()).extracting(People.Person::name).containsExactly("nora", "otto");
    }

    @Test
    void who_is_changed_or_removed_is_signed_out_and_the_name_is_nobody_elses() {
        people.put(person("nora", Role.NURSE, Optional.empty()), NOON);
        people.putCode("code", "nora", NOON.plusSeconds(60));
        var first = sessions.begin("s1", people.find("nora").orElseThrow().claims(), Optional.of("nora"), NOON);
        assertThat(sessions.find(first.id())).contains(first);

        assertThat(people.put(person("nora", Role.CLINICIAN, Optional.empty()), NOON))
                .isEqualTo(People.Added.CHANGED);
        assertThat(sessions.find(first.id())).isEmpty();
        assertThat(people.useCode("code", NOON)).isEmpty();
        var second = sessions.begin("s2", people.find("nora").orElseThrow().claims(), Optional.of("nora"), NOON);
        assertThat(people.changePassword("nora", hash("two"))).isTrue();
        assertThat(sessions.find(second.id())).isEmpty();
        var third = sessions.begin("s3", people.find("nora").orElseThrow().claims(), Optional.of("nora"), NOON);
        assertThat(people.remove("nora", NOON)).isTrue();

        assertThat(sessions.find(third.id())).isEmpty();
        assertThat(people.find("nora")).isEmpty();
        assertThat(people.any()).isTrue();
        assertThat(people.remove("nora", NOON)).isFalse();
        assertThat(people.put(person("nora", Role.NURSE, Optional.empty()), NOON))
                .isEqualTo(People.Added.TAKEN);
    }

    @Test
    void a_session_is_renewed_ended_and_swept() {
        people.put(person("nora", Role.NURSE, Optional.of(Set.of("ward-3"))), NOON);
        var claims = people.find("nora").orElseThrow().claims();
        var session = sessions.begin("secret", claims, Optional.of("nora"), NOON);
        Instant later = NOON.plus(Duration.ofMinutes(5));

        assertThat(sessions.renew(session.id(), later)).isTrue();
        assertThat(sessions.find(session.id()).orElseThrow().renewedAt()).isEqualTo(later);
        assertThat(sessions.find(session.id()).orElseThrow().claims()).isEqualTo(claims);
        sessions.sweep(NOON);
        assertThat(sessions.find(session.id())).isPresent();
        sessions.sweep(NOON.plusSeconds(1));
        assertThat(sessions.find(session.id())).isEmpty();
        assertThat(sessions.renew(session.id(), later)).isFalse();
    }

    @Test
    void a_code_is_good_once_and_in_time() {
        people.put(person("nora", Role.NURSE, Optional.empty()), NOON);
        people.putCode("once", "nora", NOON.plusSeconds(60));
        people.putCode("late", "nora", NOON.plusSeconds(60));

        assertThat(people.useCode("once", NOON)).isPresent();
        assertThat(people.useCode("once", NOON)).isEmpty();
        assertThat(people.useCode("late", NOON.plusSeconds(60))).isEmpty();
    }

    @Test
    void a_name_that_could_be_taken_for_another_is_none() {
        for (String name : new String[] {"", "Nora", "nora ", "../x", "nöra", "-n"}) {
            assertThatThrownBy(() -> person(name, Role.NURSE, Optional.empty()))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
