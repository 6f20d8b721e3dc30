package org.fieldward.core.anchor.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.anchor.chain.ChainClient.Block;
import org.fieldward.core.anchor.chain.ChainClient.Call;
import org.fieldward.core.anchor.chain.ChainClient.Fees;
import org.fieldward.core.anchor.chain.ChainClient.Receipt;
import org.fieldward.core.anchor.chain.OutboxDecider.Action;
import org.fieldward.core.anchor.chain.OutboxDecider.Pending;
import org.fieldward.core.anchor.chain.OutboxDecider.View;
import org.junit.jupiter.api.Test;

class OutboxDeciderTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Call DEPLOY = new Call.Deploy();
    private static final Receipt RECEIPT = new Receipt(true, new Block(1, "0x1"), Optional.empty());

    private final OutboxDecider decider = new OutboxDecider(Duration.ofSeconds(60), BigInteger.valueOf(1_000));

    @Test
    void nothing_is_sent_when_nothing_is_missing() {
        assertThat(decider.decide(Optional.empty(), view(5).missing(false).build(), NOON))
                .isEqualTo(new Action.Nothing());
    }

    @Test
    void what_is_missing_is_sent_under_the_next_nonce_at_the_fee_of_the_day_up_to_the_most_allowed() {
        assertThat(decider.decide(Optional.empty(), view(5).build(), NOON))
                .isEqualTo(new Action.Prepare(DEPLOY, 5, fees(100, 300)));
        assertThat(decider.decide(Optional.empty(), view(5).fees(2_000, 9_000).build(), NOON))
                .isEqualTo(new Action.Prepare(DEPLOY, 5, fees(1_000, 1_000)));
    }

    @Test
    void a_refused_transaction_is_not_tried_again_at_once() {
        View refused = view(5).refusedAt(NOON).build();

        assertThat(decider.decide(Optional.empty(), refused, NOON.plusSeconds(59)))
                .isEqualTo(new Action.Nothing());
        assertThat(decider.decide(Optional.empty(), refused, NOON.plusSeconds(60)))
                .isInstanceOf(Action.Prepare.class);
    }

    @Test
    void a_restart_sends_the_kept_bytes_again() {
        var kept = new Pending(5, fees(100, 300), NOON, Optional.empty());

        assertThat(decider.decide(Optional.of(kept), view(5).build(), NOON)).isEqualTo(new Action.Resend());
    }

    @Test
    void a_transaction_under_way_is_left_alone_then_sent_again_then_raised_by_a_quarter() {
        Pending pending = pending(fees(100, 300));

        assertThat(decide(pending, 9)).isEqualTo(new Action.Nothing());
        assertThat(decide(pending, 10)).isEqualTo(new Action.Resend());
        assertThat(decide(pending, 60)).isEqualTo(new Action.Raise(fees(126, 376)));
    }

    @Test
    void nobody_offers_more_than_the_most_allowed() {
        assertThat(decide(pending(fees(100, 900)), 60)).isEqualTo(new Action.Resend());
    }

    @Test
    void a_free_chain_can_be_raised_too() {
        View free = view(5).fees(0, 0).build();

        assertThat(decider.decide(Optional.of(pending(fees(0, 0))), free, NOON.plusSeconds(60)))
                .isEqualTo(new Action.Raise(fees(1, 1)));
    }

    @Test
    void a_mined_transaction_is_settled_whatever_the_nonce_says() {
        assertThat(decider.decide(
                        Optional.of(pending(fees(100, 300))),
                        view(6).receipt(RECEIPT).build(),
                        NOON))
                .isEqualTo(new Action.Settle(RECEIPT));
    }

    @Test
    void a_transaction_whose_nonce_was_used_or_is_not_yet_due_is_given_up() {
        Pending pending = pending(fees(100, 300));

        assertThat(decider.decide(Optional.of(pending), view(6).build(), NOON)).isEqualTo(new Action.Abandon());
        assertThat(decider.decide(Optional.of(pending), view(4).build(), NOON)).isEqualTo(new Action.Abandon());
    }

    private Action decide(Pending pending, int secondsLater) {
        return decider.decide(Optional.of(pending), view(5).build(), NOON.plusSeconds(secondsLater));
    }

    private static Pending pending(Fees fees) {
        return new Pending(5, fees, NOON, Optional.of(NOON));
    }

    private static Fees fees(long tip, long most) {
        return new Fees(BigInteger.valueOf(tip), BigInteger.valueOf(most));
    }

    private static ViewBuilder view(long nonce) {
        return new ViewBuilder(nonce, Optional.empty(), fees(100, 300), Optional.of(DEPLOY), Optional.empty());
    }

    private record ViewBuilder(
            long nonce, Optional<Receipt> mined, Fees advised, Optional<Call> wanted, Optional<Instant> refused) {

        ViewBuilder missing(boolean missing) {
            return new ViewBuilder(nonce, mined, advised, missing ? wanted : Optional.empty(), refused);
        }

        ViewBuilder receipt(Receipt receipt) {
            return new ViewBuilder(nonce, Optional.of(receipt), advised, wanted, refused);
        }

        ViewBuilder fees(long tip, long most) {
            return new ViewBuilder(nonce, mined, OutboxDeciderTest.fees(tip, most), wanted, refused);
        }

        ViewBuilder refusedAt(Instant at) {
            return new ViewBuilder(nonce, mined, advised, wanted, Optional.of(at));
        }

        View build() {
            return new View(nonce, mined, advised, wanted, refused);
        }
    }
}
