package org.fieldward.core.anchor.chain;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.ledger.Hash;

/** A chain in memory with one account and the rules of the contract. Mines on its own unless told to hold. */
final class FakeChain implements ChainClient {

    static final long ID = 7;
    static final String ACCOUNT = "0x" + "a".repeat(40);

    private record Transaction(Call call, long nonce, Fees fees, String tx) {}

    private record Mined(Block block, Optional<Transaction> transaction, boolean succeeded) {}

    private final Map<ByteString, Transaction> signed = new HashMap<>();
    private final List<Mined> blocks = new ArrayList<>();
    private final List<Transaction> pool = new ArrayList<>();
    private int forks;
    boolean down;
    boolean holding;
    Optional<String> refusing = Optional.empty();
    int sends;

    FakeChain() {
        mine();
    }

    /** Adds a block, with the transaction that waits where there is one. */
    void mine() {
        long number = blocks.size();
        var block = new Block(number, "0xblock" + forks + "-" + number);
        Optional<Transaction> next =
                pool.stream().filter(each -> each.nonce() == minedNonce()).findFirst();
        next.ifPresent(pool::remove);
        blocks.add(new Mined(block, next, next.map(each -> allowed(each.call())).orElse(true)));
    }

    /** Replaces the newest blocks by as many empty ones, as anvil_reorg does. */
    void reorganise(int depth) {
        forks++;
        for (int i = 0; i < depth; i++) {
            blocks.removeLast();
        }
        pool.clear();
        for (int i = 0; i < depth; i++) {
            mine();
        }
    }

    List<Fees> waiting() {
        return pool.stream().map(Transaction::fees).toList();
    }

    /** What a node does that lost its memory pool. */
    void losePool() {
        pool.clear();
    }

    @Override
    public long chainId() {
        check();
        return ID;
    }

    @Override
    public String account() {
        return ACCOUNT;
    }

    @Override
    public Block latest() {
        check();
        return blocks.getLast().block();
    }

    @Override
    public Optional<Block> finalized() {
        check();
        return block(Math.max(0, blocks.size() - 3L));
    }

    @Override
    public Optional<Block> block(long number) {
        check();
        return number < 0 || number >= blocks.size()
                ? Optional.empty()
                : Optional.of(blocks.get((int) number).block());
    }

    @Override
    public boolean hasContract(String address) {
        check();
        return blocks.stream()
                .anyMatch(each -> each.transaction()
                        .filter(transaction -> transaction.call() instanceof Call.Deploy)
                        .map(transaction -> address(transaction).equals(address))
                        .orElse(false));
    }

    @Override
    public Head head(String contract) {
        check();
        if (!hasContract(contract)) {
            throw new ChainException("the contract does not answer head()");
        }
        return anchored(contract, 0, blocks.size()).stream()
                .reduce((first, second) -> second)
                .map(last -> new Head(last.root(), last.size(), ACCOUNT))
                .orElse(new Head(Hash.of(new byte[32]), 0, ACCOUNT));
    }

    @Override
    public List<Anchored> anchored(String contract, long fromBlock, long toBlock) {
        check();
        var events = new ArrayList<Anchored>();
        for (Mined mined : blocks) {
            long number = mined.block().number();
            if (number >= fromBlock && number <= toBlock && mined.succeeded()) {
                mined.transaction().ifPresent(transaction -> {
                    if (transaction.call() instanceof Call.Anchor anchor
                            && anchor.contract().equals(contract)) {
                        events.add(new Anchored(
                                mined.block(),
                                0,
                                transaction.tx(),
                                anchor.root(),
                                anchor.size(),
                                ACCOUNT,
                                Instant.ofEpochSecond(number)));
                    }
                });
            }
        }
        return events;
    }

    @Override
    public long nonce() {
        check();
        return minedNonce();
    }

    @Override
    public Fees fees() {
        check();
        return new Fees(BigInteger.valueOf(100), BigInteger.valueOf(300));
    }

    @Override
    public Signed sign(Call call, long nonce, Fees fees) {
        ByteString bytes = ByteString.copyFromUtf8(call + "/" + nonce + "/" + fees);
        var transaction =
                new Transaction(call, nonce, fees, "0x" + Integer.toHexString(bytes.hashCode()) + "n" + nonce);
        signed.put(bytes, transaction);
        return new Signed(bytes, transaction.tx());
    }

    @Override
    public SendResult send(ByteString bytes) {
        check();
        sends++;
        if (refusing.isPresent()) {
            return new SendResult.Refused(refusing.get());
        }
        Transaction transaction = Optional.ofNullable(signed.get(bytes)).orElseThrow();
        boolean old = transaction.nonce() < minedNonce();
        if (!old && !pool.contains(transaction)) {
            pool.removeIf(each -> each.nonce() == transaction.nonce());
            pool.add(transaction);
        }
        if (!old && !holding) {
            mine();
        }
        return new SendResult.Accepted();
    }

    @Override
    public Optional<Receipt> receipt(String tx) {
        check();
        return blocks.stream()
                .filter(each -> each.transaction().map(Transaction::tx).equals(Optional.of(tx)))
                .findFirst()
                .map(each -> new Receipt(
                        each.succeeded(),
                        each.block(),
                        each.transaction()
                                .filter(transaction -> transaction.call() instanceof Call.Deploy)
                                .map(FakeChain::address)));
    }

    @Override
    public void close() {
        down = true;
    }

    private boolean allowed(Call call) {
        return switch (call) {
            case Call.Deploy deploy -> true;
            case Call.Anchor anchor -> anchor.size() > head(anchor.contract()).size();
        };
    }

    private long minedNonce() {
        return blocks.stream().filter(each -> each.transaction().isPresent()).count();
    }

    private static String address(Transaction deployment) {
        return "0x" + "c".repeat(30) + "%010d".formatted(deployment.nonce());
    }

    private void check() {
        if (down) {
            throw new ChainException("the chain does not answer");
        }
    }
}
