package org.fieldward.core.anchor.chain;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.fieldward.core.anchor.chain.ChainClient.Anchored;
import org.fieldward.core.anchor.chain.ChainClient.Block;
import org.fieldward.core.anchor.chain.ChainSettings.Finality;
import org.fieldward.core.anchor.chain.SqlChain.Cursor;
import org.fieldward.core.anchor.chain.SqlChain.Kind;
import org.fieldward.core.ledger.Hash;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads anchors back from the chain, page by page behind a durable cursor, and takes back those that a reorganisation
 * undid. The cursor names its block by number and hash: when the chain has another hash there, history changed.
 */
final class EventReader {

    private static final Logger log = LoggerFactory.getLogger(EventReader.class);

    /** Public nodes refuse wider questions. */
    private static final long PAGE_BLOCKS = 1_000;

    private static final long DEEPEST_MOVE = 256;

    private final ChainClient chain;
    private final SqlChain known;
    private final long chainId;
    private final Finality finality;
    private final LongFunction<Optional<Hash>> ownRoots;

    /** @param ownRoots the root of this log's checkpoint of a size, where it signed one */
    EventReader(
            ChainClient chain, SqlChain known, long chainId, Finality finality, LongFunction<Optional<Hash>> ownRoots) {
        this.chain = chain;
        this.known = known;
        this.chainId = chainId;
        this.finality = finality;
        this.ownRoots = ownRoots;
    }

    /** Reads up to the newest block. */
    void readOn(Cursor start) {
        Cursor cursor = isCanonical(start.block()) ? start : backToCommonGround(start);
        Block latest = chain.latest();
        while (cursor.block().number() < latest.number()) {
            long from = cursor.block().number() + 1;
            long to = Math.min(latest.number(), from + PAGE_BLOCKS - 1);
            Optional<Block> before = chain.block(to);
            List<Anchored> events = chain.anchored(cursor.contract(), from, to);
            if (before.isEmpty() || !isCanonical(before.get()) || !isCanonical(cursor.block())) {
                // The chain changed while it was read; the next step starts from what is true then.
                return;
            }
            known.read(
                    chainId,
                    cursor,
                    before.get(),
                    events,
                    events.stream().map(this::kind).toList());
            cursor = new Cursor(cursor.contract(), cursor.firstBlock(), before.get(), cursor.deployed());
        }
        finalBlock(latest).ifPresent(block -> known.finalise(chainId, start.contract(), block));
    }

    private Cursor backToCommonGround(Cursor cursor) {
        Block ground = known.anchorBlocks(chainId, cursor.contract()).stream()
                .filter(this::isCanonical)
                .findFirst()
                .orElseGet(() -> beforeFirst(cursor));
        int undone = known.rewind(chainId, cursor, ground);
        log.warn("the chain was reorganised above block {}: {} anchors retracted", ground.number(), undone);
        return new Cursor(cursor.contract(), cursor.firstBlock(), ground, cursor.deployed());
    }

    /** Also the block that made the contract may have moved, and anchors with it. */
    private Block beforeFirst(Cursor cursor) {
        long number = Math.max(-1, cursor.firstBlock() - 1 - DEEPEST_MOVE);
        return chain.block(number).orElse(new Block(number, ""));
    }

    boolean isCanonical(Block block) {
        if (block.number() < 0 || block.hash().isEmpty()) {
            return true;
        }
        return chain.block(block.number())
                .map(now -> now.hash().equals(block.hash()))
                .orElse(false);
    }

    private Kind kind(Anchored event) {
        boolean ours = ownRoots.apply(event.size())
                .map(root -> root.equals(event.root()))
                .orElse(false);
        return ours ? Kind.PROVISIONAL : Kind.FOREIGN;
    }

    private Optional<Long> finalBlock(Block latest) {
        return switch (finality) {
            case Finality.ByChain byChain -> chain.finalized().map(Block::number);
            case Finality.Confirmations confirmations -> Optional.of(latest.number() - confirmations.blocks());
        };
    }
}
