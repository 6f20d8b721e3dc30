package org.fieldward.core.anchor.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.anchor.chain.ChainClient.Anchored;
import org.fieldward.core.anchor.chain.ChainClient.Call;
import org.fieldward.core.anchor.chain.ChainClient.Receipt;
import org.fieldward.core.anchor.chain.ChainClient.SendResult;
import org.fieldward.core.anchor.chain.ChainClient.Signed;
import org.fieldward.core.ledger.Hash;
import org.junit.jupiter.api.Test;

/** What every ChainClient promises; run against a real node and against the fake. The chain mines what it is sent. */
interface ChainClientContract {

    /** On a chain that has none of our contracts. */
    ChainClient open();

    ChainClient unreachable();

    void reorganise(int depth);

    @Test
    default void a_new_contract_holds_nothing_and_takes_anchors_from_our_account() {
        ChainClient chain = open();
        String contract = deployed(chain);

        assertThat(chain.hasContract(contract)).isTrue();
        assertThat(chain.head(contract).size()).isZero();
        assertThat(chain.head(contract).submitter()).isEqualTo(chain.account());
        assertThat(chain.hasContract("0x" + "9".repeat(40))).isFalse();
    }

    @Test
    default void an_anchor_becomes_the_head_and_an_event() {
        ChainClient chain = open();
        String contract = deployed(chain);

        Receipt receipt = mined(chain, new Call.Anchor(contract, root(1), 10));

        assertThat(receipt.succeeded()).isTrue();
        assertThat(chain.head(contract).root()).isEqualTo(root(1));
        assertThat(chain.head(contract).size()).isEqualTo(10);
        Anchored event = chain.anchored(contract, 0, chain.latest().number()).getFirst();
        assertThat(event.root()).isEqualTo(root(1));
        assertThat(event.size()).isEqualTo(10);
        assertThat(event.block()).isEqualTo(receipt.block());
        assertThat(event.submitter()).isEqualTo(chain.account());
        assertThat(chain.block(event.block().number())).contains(event.block());
    }

    @Test
    default void a_size_that_does_not_grow_is_refused_and_changes_nothing() {
        ChainClient chain = open();
        String contract = deployed(chain);
        mined(chain, new Call.Anchor(contract, root(1), 10));

        assertThat(mined(chain, new Call.Anchor(contract, root(2), 10)).succeeded())
                .isFalse();
        assertThat(mined(chain, new Call.Anchor(contract, root(2), 9)).succeeded())
                .isFalse();
        assertThat(chain.head(contract).root()).isEqualTo(root(1));
        assertThat(chain.anchored(contract, 0, chain.latest().number())).hasSize(1);
    }

    @Test
    default void events_are_given_oldest_first_and_only_from_the_blocks_asked_for() {
        ChainClient chain = open();
        String contract = deployed(chain);
        long first =
                mined(chain, new Call.Anchor(contract, root(1), 10)).block().number();
        mined(chain, new Call.Anchor(contract, root(2), 20));
        long last = mined(chain, new Call.Anchor(contract, root(3), 30)).block().number();

        assertThat(chain.anchored(contract, first, last))
                .extracting(Anchored::size)
                .containsExactly(10L, 20L, 30L);
        assertThat(chain.anchored(contract, first + 1, last - 1))
                .extracting(Anchored::size)
                .containsExactly(20L);
    }

    @Test
    default void the_same_bytes_may_be_sent_again_and_count_once() {
        ChainClient chain = open();
        long nonce = chain.nonce();
        Signed signed = chain.sign(new Call.Deploy(), nonce, chain.fees());
        chain.send(signed.bytes());
        receipt(chain, signed);

        assertThat(chain.send(signed.bytes())).isEqualTo(new SendResult.Accepted());
        assertThat(chain.nonce()).isEqualTo(nonce + 1);
        assertThat(chain.sign(new Call.Deploy(), nonce, chain.fees()).tx()).isNotEmpty();
    }

    @Test
    default void what_the_chain_does_not_have_is_empty() {
        ChainClient chain = open();

        assertThat(chain.block(chain.latest().number() + 1)).isEmpty();
        assertThat(chain.block(-1)).isEmpty();
        assertThat(chain.receipt("0x" + "1".repeat(64))).isEmpty();
    }

    @Test
    default void a_reorganisation_takes_anchors_out_of_the_chain_again() {
        ChainClient chain = open();
        String contract = deployed(chain);
        Receipt before = mined(chain, new Call.Anchor(contract, root(1), 10));
        long nonce = chain.nonce();

        reorganise(1);

        assertThat(chain.block(before.block().number()).orElseThrow().hash())
                .isNotEqualTo(before.block().hash());
        assertThat(chain.anchored(contract, 0, chain.latest().number())).isEmpty();
        assertThat(chain.head(contract).size()).isZero();
        assertThat(chain.nonce()).isEqualTo(nonce - 1);
    }

    @Test
    default void a_chain_that_cannot_be_reached_is_told_by_one_exception() {
        try (ChainClient chain = unreachable()) {
            assertThatThrownBy(chain::chainId).isInstanceOf(ChainException.class);
            assertThatThrownBy(chain::latest).isInstanceOf(ChainException.class);
            assertThatThrownBy(() -> chain.receipt("0x1")).isInstanceOf(ChainException.class);
        }
    }

    static String deployed(ChainClient chain) {
        return mined(chain, new Call.Deploy()).contract().orElseThrow();
    }

    static Receipt mined(ChainClient chain, Call call) {
        Signed signed = chain.sign(call, chain.nonce(), chain.fees());
        assertThat(chain.send(signed.bytes())).isEqualTo(new SendResult.Accepted());
        return receipt(chain, signed);
    }

    private static Receipt receipt(ChainClient chain, Signed signed) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Optional<Receipt> receipt = chain.receipt(signed.tx());
        while (receipt.isEmpty() && System.nanoTime() < deadline) {
            receipt = chain.receipt(signed.tx());
        }
        return receipt.orElseThrow();
    }

    static Hash root(int number) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) number);
        return Hash.of(bytes);
    }
}
