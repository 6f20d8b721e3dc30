package org.fieldward.core.anchor.chain;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.anchor.chain.ChainClient.Call;
import org.fieldward.core.anchor.chain.ChainClient.Fees;
import org.fieldward.core.anchor.chain.ChainClient.Receipt;

/**
 * Decides what to do about the one transaction that may be under way. Pure: given what the chain says and a time, it gives
 * an action. A transaction is never given up while it could still be mined: it offers more under the same nonce instead.
 */
final class OutboxDecider {

    /**
     * The newest signing of the transaction under way.
     *
     * @param signedAt when it was signed with these fees
     * @param sentAt when it was last sent by this process
     */
    record Pending(long nonce, Fees fees, Instant signedAt, Optional<Instant> sentAt) {}

    /**
     * @param nonce of the account, as mined
     * @param receipt of whichever signing of the pending transaction was mined
     * @param wanted what ought to be on the chain and is not
     * @param refusedAt when the chain last undid a transaction of ours
     */
    record View(long nonce, Optional<Receipt> receipt, Fees fees, Optional<Call> wanted, Optional<Instant> refusedAt) {}

    /** What to do now. */
    sealed interface Action {
        record Nothing() implements Action {}

        /** Sign, keep, then send. */
        record Prepare(Call call, long nonce, Fees fees) implements Action {}

        record Resend() implements Action {}

        /** Sign the same again with higher fees, keep, then send. */
        record Raise(Fees fees) implements Action {}

        record Settle(Receipt receipt) implements Action {}

        /** Its nonce was used by, or is waiting for, something else: it can never be mined. */
        record Abandon() implements Action {}
    }

    private static final Duration RESEND_AFTER = Duration.ofSeconds(10);
    private static final BigInteger FOUR = BigInteger.valueOf(4);

    private final Duration raiseAfter;
    private final BigInteger maxFee;

    OutboxDecider(Duration raiseAfter, BigInteger maxFee) {
        this.raiseAfter = raiseAfter;
        this.maxFee = maxFee;
    }

    Action decide(Optional<Pending> pending, View view, Instant now) {
        return pending.map(under -> underWay(under, view, now)).orElseGet(() -> idle(view, now));
    }

    private Action idle(View view, Instant now) {
        // A contract that refuses once will refuse again, and every try costs gas.
        boolean tooSoon =
                view.refusedAt().map(at -> now.isBefore(at.plus(raiseAfter))).orElse(false);
        if (tooSoon || view.wanted().isEmpty()) {
            return new Action.Nothing();
        }
        return new Action.Prepare(view.wanted().get(), view.nonce(), capped(view.fees()));
    }

    private Action underWay(Pending pending, View view, Instant now) {
        if (view.receipt().isPresent()) {
            return new Action.Settle(view.receipt().get());
        }
        if (view.nonce() != pending.nonce()) {
            return new Action.Abandon();
        }
        Fees raised = capped(raised(pending.fees(), view.fees()));
        boolean canRaise = enough(pending.fees(), raised);
        if (canRaise && !now.isBefore(pending.signedAt().plus(raiseAfter))) {
            return new Action.Raise(raised);
        }
        boolean recentlySent =
                pending.sentAt().map(at -> now.isBefore(at.plus(RESEND_AFTER))).orElse(false);
        return recentlySent ? new Action.Nothing() : new Action.Resend();
    }

    /** Nodes replace a transaction only for at least a tenth more; a quarter is safe with all of them. */
    private static Fees raised(Fees before, Fees advised) {
        return new Fees(
                quarterMore(before.tip()).max(advised.tip()),
                quarterMore(before.maxFee()).max(advised.maxFee()));
    }

    private static boolean enough(Fees before, Fees after) {
        return after.maxFee().compareTo(quarterMore(before.maxFee())) >= 0
                && after.tip().compareTo(quarterMore(before.tip())) >= 0;
    }

    private static BigInteger quarterMore(BigInteger fee) {
        return fee.add(fee.divide(FOUR)).add(BigInteger.ONE);
    }

    private Fees capped(Fees fees) {
        BigInteger most = fees.maxFee().min(maxFee);
        return new Fees(fees.tip().min(most), most);
    }
}
