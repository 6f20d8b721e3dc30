package org.fieldward.core.anchor.chain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.fieldward.core.anchor.chain.ChainClient.Block;
import org.fieldward.core.anchor.chain.ChainClient.Call;
import org.fieldward.core.anchor.chain.ChainClient.Fees;
import org.fieldward.core.anchor.chain.ChainClient.Head;
import org.fieldward.core.anchor.chain.ChainClient.Receipt;
import org.fieldward.core.anchor.chain.ChainClient.SendResult;
import org.fieldward.core.anchor.chain.ChainClient.Signed;
import org.fieldward.core.anchor.chain.OutboxDecider.Action;
import org.fieldward.core.anchor.chain.OutboxDecider.Pending;
import org.fieldward.core.anchor.chain.OutboxDecider.View;
import org.fieldward.core.anchor.chain.SqlChain.Cursor;
import org.fieldward.core.anchor.chain.SqlChain.Outcome;
import org.fieldward.core.anchor.chain.SqlChain.Outgoing;
import org.fieldward.core.ledger.Hash;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest checkpoint on the chain: compares what the contract holds with what the log signed, and sends what is
 * missing. What is on the chain is learnt from its events only. One writer: only one thread may call {@link #step}.
 */
public final class ChainFollower {

    private static final Logger log = LoggerFactory.getLogger(ChainFollower.class);

    /** A checkpoint that ought to be on the chain. */
    public record Wanted(Hash root, long size) {}

    private final ChainClient chain;
    private final SqlChain known;
    private final ChainSettings settings;
    private final Supplier<Optional<Wanted>> newestCheckpoint;
    private final EventReader events;
    private final OutboxDecider decider;
    private Optional<Instant> sentAt = Optional.empty();
    private Optional<Instant> refusedAt = Optional.empty();
    private Optional<String> refusal = Optional.empty();
    private volatile ChainState state = new ChainState.Connecting();

    /** @param ownRoots the root of this log's checkpoint of a size, where it signed one */
    public ChainFollower(
            ChainClient chain,
            SqlChain known,
            ChainSettings settings,
            Supplier<Optional<Wanted>> newestCheckpoint,
            LongFunction<Optional<Hash>> ownRoots) {
        this.chain = chain;
        this.known = known;
        this.settings = settings;
        this.newestCheckpoint = newestCheckpoint;
        events = new EventReader(chain, known, settings.id(), settings.finality(), ownRoots);
        decider = new OutboxDecider(settings.raiseAfter(), settings.maxFee());
    }

    public ChainState state() {
        return state;
    }

    /** One step; returns whether the chain could be used. Never throws for a chain that cannot. */
    public boolean step(Instant now) {
        try {
            state = follow(now);
            return true;
        } catch (ChainException e) {
            Optional<ChainState.Anchor> newest = newestAnchor();
            state = switch (state) {
                case ChainState.Behind behind ->
                    new ChainState.Behind(behind.since(), String.valueOf(e.getMessage()), newest);
                case ChainState.NotConfigured none -> behind(now, e, newest);
                case ChainState.Connecting connecting -> behind(now, e, newest);
                case ChainState.Connected connected -> behind(now, e, newest);
            };
            return false;
        }
    }

    private static ChainState behind(Instant now, ChainException e, Optional<ChainState.Anchor> newest) {
        log.warn("anchoring waits: {}", e.getMessage());
        return new ChainState.Behind(now, String.valueOf(e.getMessage()), newest);
    }

    private Optional<ChainState.Anchor> newestAnchor() {
        try {
            return known.newest(settings.id());
        } catch (ChainException e) {
            return Optional.empty();
        }
    }

    private ChainState follow(Instant now) {
        long id = chain.chainId();
        if (id != settings.id()) {
            throw new ChainException("chain.id must be that of the node, which is " + id + ", was " + settings.id());
        }
        Optional<Cursor> contract = contract();
        contract.ifPresent(events::readOn);
        Optional<Call> wanted = contract.isPresent() ? missing(contract.get()) : Optional.of(new Call.Deploy());
        send(wanted, now);
        if (state instanceof ChainState.Behind behind) {
            log.info("anchoring resumes after waiting since {}", behind.since());
        }
        return new ChainState.Connected(
                id,
                contract.map(Cursor::contract).orElse(""),
                known.newest(id),
                known.pending(id).isEmpty() ? Optional.empty() : Optional.of(refusal.orElse("to be mined")),
                contract.map(cursor -> known.foreign(id, cursor.contract())).orElse(0L));
    }

    /** The contract to follow; empty while it has to be deployed. */
    private Optional<Cursor> contract() {
        Optional<Cursor> followed = known.cursor(settings.id());
        if (settings.contract().isPresent()) {
            String address = settings.contract().get();
            if (followed.isEmpty() || !followed.get().contract().equals(address)) {
                long first = settings.fromBlock().orElseGet(() -> chain.latest().number());
                known.follow(settings.id(), new Cursor(address, first, before(first), false));
                followed = known.cursor(settings.id());
            }
        } else if (followed.isPresent() && !followed.get().deployed()) {
            // A contract that was named once and is no longer: deploy our own.
            followed = Optional.empty();
        }
        if (followed.isPresent() && !chain.hasContract(followed.get().contract())) {
            Cursor gone = followed.get();
            // A node that is still catching up has no code there either, but then the block we know is not another one.
            if (!gone.deployed() || events.isCanonical(gone.block())) {
                throw new ChainException("there is no contract at " + gone.contract());
            }
            known.forget(settings.id(), gone);
            return Optional.empty();
        }
        return followed;
    }

    private Block before(long first) {
        return chain.block(first - 1).orElse(new Block(first - 1, ""));
    }

    private Optional<Call> missing(Cursor contract) {
        Head head = chain.head(contract.contract());
        if (!head.submitter().equals(chain.account())) {
            throw new ChainException("the contract takes anchors from " + head.submitter()
                    + ", and the account of chain.key-file is " + chain.account());
        }
        return newestCheckpoint
                .get()
                .filter(wanted -> wanted.size() > head.size())
                .map(wanted -> new Call.Anchor(contract.contract(), wanted.root(), wanted.size()));
    }

    private void send(Optional<Call> wanted, Instant now) {
        // The nonce comes first: were it read last, a transaction mined in between would look like a lost one.
        long nonce = chain.nonce();
        List<Outgoing> signings = known.pending(settings.id());
        Optional<Receipt> receipt = signings.stream()
                .flatMap(signing -> chain.receipt(signing.signed().tx()).stream())
                .findFirst();
        Optional<Pending> pending = signings.stream()
                .findFirst()
                .map(newest -> new Pending(newest.nonce(), newest.fees(), newest.signedAt(), sentAt));
        var view = new View(nonce, receipt, chain.fees(), wanted, refusedAt);
        switch (decider.decide(pending, view, now)) {
            case Action.Nothing nothing -> {}
            case Action.Prepare prepare -> keepAndSend(prepare.call(), prepare.nonce(), prepare.fees(), now);
            case Action.Resend resend -> transmit(signings.getFirst().signed(), now);
            case Action.Raise raise ->
                keepAndSend(signings.getFirst().call(), signings.getFirst().nonce(), raise.fees(), now);
            case Action.Settle settle -> settle(signings.getFirst().call(), settle.receipt(), now);
            case Action.Abandon abandon -> known.settle(settings.id(), Outcome.SUPERSEDED);
        }
    }

    private void keepAndSend(Call call, long nonce, Fees fees, Instant now) {
        Signed signed = chain.sign(call, nonce, fees);
        // Kept first: after a crash the same bytes are sent again, never a second transaction.
        known.keep(settings.id(), nonce, call, signed, fees, now);
        transmit(signed, now);
    }

    private void transmit(Signed signed, Instant now) {
        sentAt = Optional.of(now);
        Optional<String> before = refusal;
        refusal = switch (chain.send(signed.bytes())) {
            case SendResult.Accepted accepted -> Optional.empty();
            case SendResult.Refused refused -> Optional.of(refused.reason());
        };
        if (!refusal.equals(before)) {
            refusal.ifPresent(reason -> log.warn("the chain refused a transaction: {}", reason));
        }
    }

    private void settle(Call call, Receipt receipt, Instant now) {
        refusal = Optional.empty();
        if (!receipt.succeeded()) {
            refusedAt = Optional.of(now);
            known.settle(settings.id(), Outcome.REFUSED);
            log.warn(
                    "the contract undid a transaction of block {}",
                    receipt.block().number());
            return;
        }
        if (call instanceof Call.Deploy && receipt.contract().isPresent()) {
            String address = receipt.contract().get();
            // No anchor is older than the contract, so reading starts behind the block that made it.
            known.follow(settings.id(), new Cursor(address, receipt.block().number() + 1, receipt.block(), true));
            log.info("contract deployed at {} on chain {}", address, settings.id());
        }
        known.settle(settings.id(), Outcome.MINED);
    }
}
