package org.fieldward.core.distribution.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Source;
import org.fieldward.core.distribution.source.Subject;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which sources are worth a wake-up, and what becomes of those that are not. */
final class OutboxFollowerTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlReceivers receivers = new SqlReceivers(database);
    private final Beats beats = new Beats("beats", "Observation");
    private final Beats stays = new Beats("stays", "Encounter");
    private final OutboxFollower follower = new OutboxFollower(
            database,
            List.of(beats, stays),
            entry -> new Wanting(entry.definition()),
            new NoRegistrar(),
            InstantSource.fixed(NOON));

    @AfterEach
    void close() {
        database.close();
    }

    /** So many things of one type. */
    private static final class Beats implements Source {
        private final String name;
        private final String type;
        private long newest;
        private int pages;

        Beats(String name, String type) {
            this.name = name;
            this.type = type;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Page after(long position) {
            pages++;
            var happenings = new ArrayList<Happening>();
            for (long place = position + 1; place <= newest; place++) {
                happenings.add(new Beat(type, place));
            }
            return new Page(newest, happenings);
        }

        @Override
        public long newest() {
            return newest;
        }

        @Override
        public boolean has(String asked) {
            return asked.equals(type);
        }
    }

    private record Beat(String type, long place) implements Happening {
        @Override
        public Subject subject() {
            return new Subject(Subject.Word.OBSERVED, type + "/" + place, 0, place, Optional.empty());
        }

        @Override
        public Optional<Resource> resource() {
            return Optional.empty();
        }

        @Override
        public Optional<Resource> previous() {
            return Optional.empty();
        }

        @Override
        public Set<String> patients() {
            return Set.of();
        }

        @Override
        public boolean isSeenWith(Sight sight) {
            return true;
        }
    }

    /** Wants everything of one type. */
    private record Wanting(String type) implements Receiver {
        @Override
        public Terms terms() {
            return new Terms(1, 1, false, Optional.empty(), false, true);
        }

        @Override
        public Set<String> types() {
            return Set.of(type);
        }

        @Override
        public boolean wants(Happening happening) {
            return true;
        }

        @Override
        public String lane(Subject subject) {
            return "";
        }

        @Override
        public Message events(List<Event> events, Progress progress, Instant now) {
            throw new IllegalStateException("it comes for its events itself");
        }

        @Override
        public Message handshake(Progress progress, Instant now) {
            throw new IllegalStateException("it is asked for no handshake");
        }

        @Override
        public Message heartbeat(Progress progress, Instant now) {
            throw new IllegalStateException("it is told no heartbeat");
        }

        @Override
        public Optional<Instant> until() {
            return Optional.empty();
        }
    }

    private static final class NoRegistrar implements Registrar {
        @Override
        public boolean hear(Happening happening, Book book) {
            return false;
        }

        @Override
        public OptionalLong tell(Entry entry) {
            return OptionalLong.empty();
        }
    }

    private long events(String name) {
        return receivers.find(Kind.TARGET, name).orElseThrow().events();
    }

    @Test
    void a_source_is_worth_a_wake_up_while_somebody_wants_something_of_it() {
        assertThat(follower.isUnwanted(beats)).isTrue();

        receivers.put(Kind.TARGET, "1", State.ACTIVE, "Observation");
        follower.step();
        assertThat(follower.isUnwanted(beats)).isFalse();
        assertThat(follower.isUnwanted(stays)).as("of another type").isTrue();

        receivers.put(Kind.TARGET, "1", State.OFF, "Observation");
        follower.step();
        assertThat(follower.isUnwanted(beats)).as("off").isTrue();

        receivers.put(Kind.TARGET, "1", State.ACTIVE, "Encounter");
        follower.step();
        assertThat(follower.isUnwanted(beats)).isTrue();
        assertThat(follower.isUnwanted(stays)).isFalse();
    }

    @Test
    void one_that_is_given_up_is_still_owed_what_happens_so_its_source_is_worth_a_wake_up() {
        receivers.put(Kind.TARGET, "1", State.ERROR, "Observation");
        follower.step();

        assertThat(follower.isUnwanted(beats)).isFalse();
        beats.newest = 5;
        follower.step();
        assertThat(events("1")).isEqualTo(5);
    }

    @Test
    void a_source_of_subscriptions_is_always_worth_one_because_it_makes_receivers() {
        assertThat(follower.isUnwanted(new Beats("chart", "Subscription"))).isFalse();
    }

    @Test
    void what_nobody_wanted_is_never_read_and_who_comes_later_is_owed_what_happens_from_then_on() {
        beats.newest = 1_000;
        follower.step();
        beats.newest = 2_000;
        follower.step();
        assertThat(beats.pages).isZero();

        receivers.put(Kind.TARGET, "1", State.ACTIVE, "Observation");
        follower.step();
        assertThat(events("1")).isZero();
        beats.newest = 2_003;
        follower.step();
        assertThat(events("1")).isEqualTo(3);
    }

    @Test
    void a_source_that_was_wanted_and_is_again_goes_on_behind_what_it_was_owed() {
        receivers.put(Kind.TARGET, "1", State.ACTIVE, "Observation");
        beats.newest = 2;
        follower.step();
        receivers.put(Kind.TARGET, "1", State.OFF, "Observation");
        beats.newest = 10;
        follower.step();
        receivers.put(Kind.TARGET, "1", State.ACTIVE, "Observation");
        beats.newest = 11;
        follower.step();

        assertThat(events("1")).as("two, and one after it came back").isEqualTo(3);
    }
}
