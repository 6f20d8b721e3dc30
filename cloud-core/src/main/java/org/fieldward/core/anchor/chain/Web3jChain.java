package org.fieldward.core.anchor.chain;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.fieldward.core.ledger.Hash;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.EthMaxPriorityFeePerGas;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.http.HttpService;

/** An Ethereum chain over JSON-RPC. Messages never carry the URL, which may hold an access key. */
public final class Web3jChain implements ChainClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** An anchor takes about 35,000 and a deployment about 300,000; what is not used is not paid. */
    private static final BigInteger ANCHOR_GAS = BigInteger.valueOf(100_000);

    private static final BigInteger DEPLOY_GAS = BigInteger.valueOf(1_000_000);

    /** For nodes that give no advice: one gwei. */
    private static final BigInteger USUAL_TIP = BigInteger.valueOf(1_000_000_000);

    private final long chainId;
    private final Credentials credentials;
    private final OkHttpClient http;
    private final Web3j node;

    /** Connects with the first call, not before. */
    public Web3jChain(String url, long chainId, ChainKey key) {
        this.chainId = chainId;
        credentials = key.credentials();
        http = new OkHttpClient.Builder()
                .connectTimeout(TIMEOUT)
                .readTimeout(TIMEOUT)
                .callTimeout(TIMEOUT.multipliedBy(2))
                .build();
        node = Web3j.build(new HttpService(url, http));
    }

    @Override
    public long chainId() {
        return ask(node.ethChainId()).getChainId().longValueExact();
    }

    @Override
    public String account() {
        return credentials.getAddress().toLowerCase(Locale.ROOT);
    }

    @Override
    public Block latest() {
        return block(DefaultBlockParameterName.LATEST)
                .orElseThrow(() -> new ChainException("the chain has no newest block"));
    }

    @Override
    public Optional<Block> finalized() {
        EthBlock answer = send(node.ethGetBlockByNumber(DefaultBlockParameterName.FINALIZED, false));
        // Chains without a notion of finality answer with an error rather than with nothing.
        return answer.hasError() ? Optional.empty() : block(answer);
    }

    @Override
    public Optional<Block> block(long number) {
        return number < 0 ? Optional.empty() : block(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)));
    }

    @Override
    public boolean hasContract(String address) {
        String code =
                ask(node.ethGetCode(address, DefaultBlockParameterName.LATEST)).getCode();
        return code.length() > "0x".length();
    }

    @Override
    public Head head(String contract) {
        List<Object> head = call(contract, AnchorContract.HEAD);
        return new Head(
                Hash.of((byte[]) head.get(0)),
                ((BigInteger) head.get(1)).longValueExact(),
                call(contract, AnchorContract.SUBMITTER).getFirst().toString().toLowerCase(Locale.ROOT));
    }

    @Override
    public List<Anchored> anchored(String contract, long fromBlock, long toBlock) {
        var filter = new EthFilter(
                DefaultBlockParameter.valueOf(BigInteger.valueOf(fromBlock)),
                DefaultBlockParameter.valueOf(BigInteger.valueOf(toBlock)),
                contract);
        filter.addSingleTopic(AnchorContract.ANCHORED_TOPIC);
        var events = new ArrayList<Anchored>();
        for (EthLog.LogResult<?> result : ask(node.ethGetLogs(filter)).getLogs()) {
            events.add(AnchorContract.event((Log) result.get()));
        }
        events.sort(Comparator.comparingLong((Anchored event) -> event.block().number())
                .thenComparingLong(Anchored::logIndex));
        return List.copyOf(events);
    }

    @Override
    public long nonce() {
        return ask(node.ethGetTransactionCount(account(), DefaultBlockParameterName.LATEST))
                .getTransactionCount()
                .longValueExact();
    }

    @Override
    public Fees fees() {
        EthMaxPriorityFeePerGas advice = send(node.ethMaxPriorityFeePerGas());
        BigInteger tip = advice.hasError() ? USUAL_TIP : advice.getMaxPriorityFeePerGas();
        EthBlock.Block newest = ask(node.ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false))
                .getBlock();
        if (newest.getBaseFeePerGasRaw() == null) {
            throw new ChainException("the chain has no base fee: transactions of type 2 (EIP-1559) are needed");
        }
        BigInteger base = newest.getBaseFeePerGas();
        // Twice the base fee stays enough through six full blocks in a row.
        return new Fees(tip, base.shiftLeft(1).add(tip));
    }

    @Override
    public Signed sign(Call call, long nonce, Fees fees) {
        RawTransaction transaction = switch (call) {
            case Call.Deploy deploy -> transaction(nonce, DEPLOY_GAS, "", AnchorContract.deployment(account()), fees);
            case Call.Anchor anchor ->
                transaction(
                        nonce,
                        ANCHOR_GAS,
                        anchor.contract(),
                        AnchorContract.anchor(anchor.root(), anchor.size()),
                        fees);
        };
        byte[] bytes = TransactionEncoder.signMessage(transaction, credentials);
        return new Signed(ByteString.copyFrom(bytes), hex(org.web3j.crypto.Hash.sha3(bytes)));
    }

    @Override
    public SendResult send(ByteString signed) {
        EthSendTransaction answer = send(node.ethSendRawTransaction(hex(signed.toByteArray())));
        if (!answer.hasError()) {
            return new SendResult.Accepted();
        }
        String reason = answer.getError().getMessage();
        String lower = reason.toLowerCase(Locale.ROOT);
        // Every client words it differently, and none has a code for it.
        boolean there = lower.contains("already") || lower.contains("known") || lower.contains("nonce too low");
        return there ? new SendResult.Accepted() : new SendResult.Refused(reason);
    }

    @Override
    public Optional<Receipt> receipt(String tx) {
        return ask(node.ethGetTransactionReceipt(tx))
                .getTransactionReceipt()
                .map(found -> new Receipt(
                        found.isStatusOK(),
                        new Block(found.getBlockNumber().longValueExact(), found.getBlockHash()),
                        Optional.ofNullable(found.getContractAddress())
                                .map(address -> address.toLowerCase(Locale.ROOT))));
    }

    @Override
    public void close() {
        node.shutdown();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private RawTransaction transaction(long nonce, BigInteger gas, String to, String data, Fees fees) {
        return RawTransaction.createTransaction(
                chainId, BigInteger.valueOf(nonce), gas, to, BigInteger.ZERO, data, fees.tip(), fees.maxFee());
    }

    private List<Object> call(String contract, Function function) {
        var call = Transaction.createEthCallTransaction(account(), contract, FunctionEncoder.encode(function));
        String answer =
                ask(node.ethCall(call, DefaultBlockParameterName.LATEST)).getValue();
        return AnchorContract.decode(function, answer);
    }

    private Optional<Block> block(DefaultBlockParameter which) {
        return block(ask(node.ethGetBlockByNumber(which, false)));
    }

    private static Optional<Block> block(EthBlock answer) {
        return Optional.ofNullable(answer.getBlock())
                .map(block -> new Block(block.getNumber().longValueExact(), block.getHash()));
    }

    private static <T extends Response<?>> T ask(Request<?, T> request) {
        T answer = send(request);
        if (answer.hasError()) {
            throw new ChainException("the chain refused " + request.getMethod() + ": "
                    + answer.getError().getMessage());
        }
        return answer;
    }

    private static <T extends Response<?>> T send(Request<?, T> request) {
        try {
            return request.send();
        } catch (IOException | RuntimeException e) {
            throw new ChainException("the chain does not answer " + request.getMethod(), e);
        }
    }

    private static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }
}
