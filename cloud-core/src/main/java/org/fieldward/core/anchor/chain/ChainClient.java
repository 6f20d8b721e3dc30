package org.fieldward.core.anchor.chain;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.ledger.Hash;

/**
 * One chain and the one account that anchors on it. Every call asks the chain anew and throws {@link ChainException} when
 * it does not answer. Addresses and hashes are text, {@code 0x} and lower-case hexadecimal. Thread-safe.
 */
public interface ChainClient extends AutoCloseable {

    record Block(long number, String hash) {}

    /** The newest checkpoint that a contract holds; size 0 before the first. */
    record Head(Hash root, long size, String submitter) {}

    /** In wei per gas. */
    record Fees(BigInteger tip, BigInteger maxFee) {}

    /** A transaction ready to be sent, now or again. */
    record Signed(ByteString bytes, String tx) {}

    /** What a mined transaction did. */
    record Receipt(boolean succeeded, Block block, Optional<String> contract) {}

    /** An {@code Anchored} event. */
    record Anchored(Block block, long logIndex, String tx, Hash root, long size, String submitter, Instant at) {}

    /** What a transaction asks for. */
    sealed interface Call {
        record Deploy() implements Call {}

        record Anchor(String contract, Hash root, long size) implements Call {}
    }

    /** What became of a send. */
    sealed interface SendResult {
        /** The chain has it, now or since before. */
        record Accepted() implements SendResult {}

        record Refused(String reason) implements SendResult {}
    }

    long chainId();

    /** The account that signs. */
    String account();

    Block latest();

    /** The newest block that the chain itself calls final, where it does. */
    Optional<Block> finalized();

    Optional<Block> block(long number);

    boolean hasContract(String address);

    Head head(String contract);

    /** The events in these blocks, both included, oldest first. */
    List<Anchored> anchored(String contract, long fromBlock, long toBlock);

    /** How many transactions of the account are mined: the next nonce while none is pending. */
    long nonce();

    /** What a transaction should offer now. */
    Fees fees();

    /** Signs; asks the chain nothing. The same arguments give the same bytes. */
    Signed sign(Call call, long nonce, Fees fees);

    SendResult send(ByteString signed);

    /** Empty while it is not mined in the chain as it now stands. */
    Optional<Receipt> receipt(String tx);

    @Override
    void close();
}
