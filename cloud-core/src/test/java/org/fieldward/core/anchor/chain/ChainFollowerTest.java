package org.fieldward.core.anchor.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.anchor.TestDatabase;
import org.fieldward.core.anchor.chain.ChainClient.Call;
import org.fieldward.core.anchor.chain.ChainSettings.Finality;
import org.fieldward.core.ledger.Hash;
import org.junit.jupiter.api.Test;

class ChainFollowerTest {

    private final FakeChain chain = new FakeChain();
    private final SqlChain known = new SqlChain(TestDatabase.fresh());
    private final Map<Long, Hash> checkpoints = new HashMap<>();
    private Optional<ChainFollower.Wanted> newest = Optional.empty();
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private ChainFollower follower = follower(deploying());

    @Test
    void the_contract_is_deployed_and_the_newest_checkpoint_anchored() {
        sign(10);
        steps(4);

        assertThat(connected().newest().orElseThrow().size()).isEqualTo(10);
        assertThat(connected().newest().orElseThrow().root()).isEqualTo(checkpoints.get(10L));
        assertThat(connected().newest().orElseThrow().finality()).isEqualTo(ChainState.Finality.PROVISIONAL);
        assertThat(connected().waiting()).isEmpty();
        assertThat(known.covering(9)).hasSize(1);
        assertThat(known.covering(10)).isEmpty();
    }

    @Test
    void an_anchor_becomes_final_when_the_chain_says_so() {
        sign(10);
        steps(4);
        chain.mine();
        chain.mine();
        steps(1);

        assertThat(connected().newest().orElseThrow().finality()).isEqualTo(ChainState.Finality.FINAL);
    }

    @Test
    void a_final_anchor_goes_before_a_newer_one_that_may_still_be_undone() {
        sign(10);
        steps(4);
        chain.mine();
        chain.mine();
        sign(20);
        steps(3);

        assertThat(known.covering(5).getFirst().size()).isEqualTo(10);
        assertThat(known.covering(15).getFirst().size()).isEqualTo(20);
    }

    @Test
    void nothing_is_sent_twice_while_nothing_changes() {
        sign(10);
        steps(20);

        assertThat(chain.sends).isEqualTo(2);
    }

    @Test
    void a_restart_between_keeping_and_sending_sends_the_same_transaction() {
        sign(10);
        chain.refusing = Optional.of("the process died here");
        steps(1);
        assertThat(known.pending(FakeChain.ID)).hasSize(1);
        assertThat(connected().waiting()).contains("the process died here");
        chain.refusing = Optional.empty();

        follower = follower(deploying());
        steps(5);

        assertThat(connected().newest().orElseThrow().size()).isEqualTo(10);
        assertThat(chain.nonce()).isEqualTo(2);
    }

    @Test
    void a_transaction_that_is_not_mined_is_sent_again_and_then_offers_more_under_the_same_nonce() {
        chain.holding = true;
        steps(1);
        assertThat(chain.waiting()).hasSize(1);
        chain.losePool();

        now = now.plusSeconds(10);
        steps(1);
        assertThat(chain.waiting()).hasSize(1);

        now = now.plusSeconds(60);
        steps(1);
        assertThat(chain.waiting())
                .containsExactly(new ChainClient.Fees(BigInteger.valueOf(126), BigInteger.valueOf(376)));
        chain.mine();
        chain.holding = false;
        sign(10);
        steps(4);

        assertThat(connected().newest().orElseThrow().size()).isEqualTo(10);
        assertThat(chain.nonce()).isEqualTo(2);
    }

    @Test
    void a_chain_that_is_down_is_told_and_anchoring_resumes_with_the_newest_checkpoint() {
        sign(10);
        steps(4);
        chain.down = true;
        Instant since = now.plusSeconds(1);
        sign(20);
        steps(3);
        sign(30);
        assertThat(follower.state()).isInstanceOfSatisfying(ChainState.Behind.class, behind -> {
            assertThat(behind.since()).isEqualTo(since);
            assertThat(behind.newest().orElseThrow().size()).isEqualTo(10);
        });

        chain.down = false;
        steps(3);

        assertThat(connected().newest().orElseThrow().size()).isEqualTo(30);
        assertThat(chain.sends).isEqualTo(3);
    }

    @Test
    void an_undone_anchor_is_retracted_and_anchored_again() {
        sign(10);
        steps(4);
        sign(20);
        steps(3);

        chain.reorganise(1);
        sign(25);
        steps(1);
        assertThat(known.covering(15)).isEmpty();
        assertThat(known.covering(5)).hasSize(1);

        steps(3);
        assertThat(connected().newest().orElseThrow().size()).isEqualTo(25);
    }

    @Test
    void a_contract_that_was_undone_is_deployed_again() {
        sign(10);
        steps(4);

        chain.reorganise(2);
        steps(1);
        assertThat(known.covering(5)).isEmpty();

        steps(4);
        assertThat(connected().newest().orElseThrow().size()).isEqualTo(10);
    }

    @Test
    void an_anchor_that_somebody_else_made_under_our_account_is_not_taken_for_ours() {
        sign(10);
        steps(4);
        String contract = connected().contract();
        chain.send(chain.sign(new Call.Anchor(contract, ChainClientContract.root(99), 15), chain.nonce(), chain.fees())
                .bytes());
        steps(2);

        assertThat(connected().foreign()).isEqualTo(1);
        assertThat(known.covering(5).getFirst().size()).isEqualTo(10);
        assertThat(known.covering(12)).isEmpty();
    }

    @Test
    void a_named_contract_that_is_not_there_is_reported_and_not_replaced() {
        follower = follower(settings(Optional.of("0x" + "9".repeat(40)), FakeChain.ID));
        sign(10);
        steps(2);

        assertThat(follower.state())
                .isInstanceOfSatisfying(
                        ChainState.Behind.class,
                        behind -> assertThat(behind.reason()).isEqualTo("there is no contract at 0x" + "9".repeat(40)));
        assertThat(chain.sends).isZero();
    }

    @Test
    void a_node_of_another_chain_is_not_used() {
        follower = follower(settings(Optional.empty(), 1));
        steps(1);

        assertThat(follower.state())
                .isInstanceOfSatisfying(
                        ChainState.Behind.class,
                        behind -> assertThat(behind.reason())
                                .isEqualTo("chain.id must be that of the node, which is 7, was 1"));
        assertThat(chain.sends).isZero();
    }

    private void sign(long size) {
        checkpoints.put(size, ChainClientContract.root((int) size));
        newest = Optional.of(new ChainFollower.Wanted(checkpoints.get(size), size));
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            now = now.plusSeconds(1);
            follower.step(now);
        }
    }

    private ChainState.Connected connected() {
        assertThat(follower.state()).isInstanceOf(ChainState.Connected.class);
        return (ChainState.Connected) follower.state();
    }

    private ChainFollower follower(ChainSettings settings) {
        return new ChainFollower(
                chain, known, settings, () -> newest, size -> Optional.ofNullable(checkpoints.get(size)));
    }

    private static ChainSettings deploying() {
        return settings(Optional.empty(), FakeChain.ID);
    }

    private static ChainSettings settings(Optional<String> contract, long id) {
        return new ChainSettings(
                id,
                contract,
                contract.isEmpty(),
                OptionalLong.empty(),
                new Finality.ByChain(),
                Duration.ofSeconds(60),
                BigInteger.valueOf(1_000));
    }
}
