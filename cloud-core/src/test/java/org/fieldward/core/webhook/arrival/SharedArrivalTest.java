package org.fieldward.core.webhook.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fieldward.core.clinical.Centre.NOON;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.access.audit.SqlAudit;
import org.fieldward.core.clinical.Centre;
import org.fieldward.core.webhook.arrival.Arrivals.Claim;
import org.fieldward.core.webhook.arrival.Arrivals.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that share a transaction are written at its end, and what was there before is still found out. */
final class SharedArrivalTest {

    private static final ByteString BYTES = ByteString.copyFromUtf8("MSH|");

    private final Centre centre = new Centre();
    private final SqlArrivals arrivals = new SqlArrivals(centre.database);
    private final SqlAudit audit = new SqlAudit(centre.database, 10, () -> NOON);

    @AfterEach
    void close() {
        centre.close();
    }

    private static Name name(String controlId, String signature) {
        return new Name(
                "lab",
                Centre.WARD,
                Optional.of(controlId),
                ByteString.copyFromUtf8("digest of " + controlId),
                Optional.of(signature));
    }

    private Claim take(Name name) {
        return centre.chart.gather(Centre.AUTHOR, List.of(), desk -> {
            Claim claim = arrivals.claim(desk, name, "ORU^R01", BYTES, NOON);
            if (claim instanceof Claim.Ours ours) {
                arrivals.applied(desk, ours.number(), 200, "{\"done\":1}", NOON.plusMillis(3));
            }
            return claim;
        });
    }

    @Test
    void stands_there_whole_with_its_answer() {
        long number = ((Claim.Ours) take(name("c-1", "s-1"))).number();

        assertThat(arrivals.find(number))
                .hasValue(new Arrival(
                        number,
                        "lab",
                        Centre.WARD,
                        Optional.of("c-1"),
                        "ORU^R01",
                        Arrival.State.APPLIED,
                        BYTES,
                        4,
                        NOON,
                        NOON.plusMillis(3),
                        Optional.empty(),
                        Optional.empty(),
                        200,
                        "{\"done\":1}",
                        1));
    }

    @Test
    void the_same_again_gets_the_answer_of_the_first() {
        long number = ((Claim.Ours) take(name("c-1", "s-1"))).number();

        assertThat(take(name("c-1", "s-2"))).isInstanceOfSatisfying(Claim.Repeated.class, again -> {
            assertThat(again.before().number()).isEqualTo(number);
            assertThat(again.before().answer()).isEqualTo("{\"done\":1}");
        });
        assertThat(arrivals.list(Optional.empty(), Optional.empty(), 10)).hasSize(1);
    }

    @Test
    void a_signature_counts_once() {
        take(name("c-1", "s-1"));

        assertThat(take(name("c-2", "s-1"))).isEqualTo(new Claim.Replayed());
        assertThat(arrivals.list(Optional.empty(), Optional.empty(), 10)).hasSize(1);
    }

    @Test
    void what_came_just_before_is_known_without_asking() {
        assertThat(arrivals.isAgain(name("c-1", "s-1"))).isFalse();
        assertThat(arrivals.isAgain(name("c-2", "s-2"))).isFalse();
        assertThat(arrivals.isAgain(name("c-1", "s-3"))).isTrue();
    }

    private Entry entry(String what) {
        return new Entry(
                NOON,
                "source lab",
                List.of(),
                "192.0.2.1",
                Entry.Kind.CREATE,
                Entry.Outcome.DONE,
                what,
                List.of("a \"b\" \\c", "d,e"),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void the_audit_of_a_shared_message_stands_with_it() {
        boolean noted = centre.chart.gather(
                Centre.AUTHOR,
                List.of(),
                desk -> SqlNotes.take(desk, audit, entry("one")) && SqlNotes.take(desk, audit, entry("two")));

        assertThat(noted).isTrue();
        assertThat(audit.page(Audit.Query.newest(10)))
                .extracting(stored -> stored.number() + " " + stored.entry().what())
                .containsExactly("2 two", "1 one");
        assertThat(audit.page(Audit.Query.newest(10)))
                .allSatisfy(stored -> assertThat(stored.entry().patients()).containsExactly("a \"b\" \\c", "d,e"));
    }

    @Test
    void the_audit_of_a_message_that_fails_does_not_stand() {
        assertThatThrownBy(() -> centre.chart.gather(Centre.AUTHOR, List.of(), desk -> {
                    SqlNotes.take(desk, audit, entry("one"));
                    throw new IllegalArgumentException("refused");
                }))
                .hasMessage("refused");

        assertThat(audit.page(Audit.Query.newest(10))).isEmpty();
    }

    @Test
    void who_has_a_transaction_alone_must_tell_the_audit_afterwards() {
        boolean noted = centre.chart.write(Centre.AUTHOR, desk -> SqlNotes.take(desk, audit, entry("one")));

        assertThat(noted).isFalse();
        assertThat(audit.page(Audit.Query.newest(10))).isEmpty();
    }
}
