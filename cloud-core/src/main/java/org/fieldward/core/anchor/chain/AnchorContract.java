package org.fieldward.core.anchor.chain;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.fieldward.core.ledger.Hash;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Event;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.protocol.core.methods.response.Log;

/** The words of contract {@code FieldwardAnchor}: what is sent to it and what it answers. */
final class AnchorContract {

    private static final String COMPILED = "FieldwardAnchor.json";

    private static final Event ANCHORED = new Event(
            "Anchored",
            List.of(
                    new TypeReference<Bytes32>(true) {},
                    new TypeReference<Uint64>(true) {},
                    new TypeReference<Address>(true) {},
                    new TypeReference<Uint256>() {}));

    static final Function HEAD =
            new Function("head", List.of(), List.of(new TypeReference<Bytes32>() {}, new TypeReference<Uint64>() {}));

    static final Function SUBMITTER = new Function("submitter", List.of(), List.of(new TypeReference<Address>() {}));

    static final String ANCHORED_TOPIC = EventEncoder.encode(ANCHORED);

    private AnchorContract() {}

    static String deployment(String submitter) {
        try (InputStream compiled = AnchorContract.class.getResourceAsStream(COMPILED)) {
            if (compiled == null) {
                throw new ChainException("the contract is not packed with this program");
            }
            String bytecode =
                    new ObjectMapper().readTree(compiled).get("bytecode").asText();
            return bytecode + FunctionEncoder.encodeConstructor(List.of(new Address(submitter)));
        } catch (IOException e) {
            throw new ChainException("the contract packed with this program cannot be read", e);
        }
    }

    static String anchor(Hash root, long size) {
        return FunctionEncoder.encode(new Function(
                "anchor", List.of(new Bytes32(root.bytes()), new Uint64(BigInteger.valueOf(size))), List.of()));
    }

    /** The values of an answer as Java has them: {@code byte[]}, {@code BigInteger} and text. */
    static List<Object> decode(Function function, String answer) {
        var values = FunctionReturnDecoder.decode(answer, function.getOutputParameters());
        if (values.size() != function.getOutputParameters().size()) {
            throw new ChainException("the contract does not answer " + function.getName() + "()");
        }
        return values.stream().map(value -> value.getValue()).toList();
    }

    static ChainClient.Anchored event(Log log) {
        List<String> topics = log.getTopics();
        if (topics.size() != 4 || !topics.getFirst().equals(ANCHORED_TOPIC)) {
            throw new ChainException("the chain gave an event that was not asked for");
        }
        var time = (Uint256) FunctionReturnDecoder.decode(log.getData(), ANCHORED.getNonIndexedParameters())
                .getFirst();
        return new ChainClient.Anchored(
                new ChainClient.Block(log.getBlockNumber().longValueExact(), log.getBlockHash()),
                log.getLogIndex().longValueExact(),
                log.getTransactionHash(),
                Hash.fromHex(topics.get(1)),
                new BigInteger(topics.get(2).substring(2), 16).longValueExact(),
                address(topics.get(3)),
                Instant.ofEpochSecond(time.getValue().longValueExact()));
    }

    private static String address(String topic) {
        return "0x" + topic.substring(topic.length() - 40).toLowerCase(Locale.ROOT);
    }
}
