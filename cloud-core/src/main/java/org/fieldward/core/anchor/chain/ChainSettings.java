package org.fieldward.core.anchor.chain;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How to anchor on one chain.
 *
 * @param id the EIP-155 number; a node of another chain is not used
 * @param contract the address of {@code FieldwardAnchor}, in lower case
 * @param deploy whether to deploy the contract where none is named
 * @param fromBlock where to begin reading events of a named contract; the newest block at first use where empty
 * @param finality when an anchor counts as final
 * @param raiseAfter how long a transaction waits before it offers more
 * @param maxFee in wei per gas; no transaction offers more
 */
public record ChainSettings(
        long id,
        Optional<String> contract,
        boolean deploy,
        OptionalLong fromBlock,
        Finality finality,
        Duration raiseAfter,
        BigInteger maxFee) {

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");

    /** When an anchor counts as final. */
    public sealed interface Finality {
        /** The block is called {@code finalized} by the chain. */
        record ByChain() implements Finality {}

        /** So many blocks stand on top. */
        record Confirmations(long blocks) implements Finality {}

        /** Reads {@code finalized} or a number of blocks. */
        static Finality parse(String text) {
            if (text.equals("finalized")) {
                return new ByChain();
            }
            if (text.matches("[0-9]{1,6}")) {
                return new Confirmations(Long.parseLong(text));
            }
            throw new IllegalArgumentException(
                    "chain.finality must be 'finalized' or a number of blocks up to 999999, was " + text);
        }
    }

    public ChainSettings {
        contract = contract.map(address -> address.toLowerCase(Locale.ROOT));
        contract.ifPresent(address -> {
            if (!ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException(
                        "chain.contract must be 0x and 40 hexadecimal digits, was " + address);
            }
        });
        if (id < 1) {
            throw new IllegalArgumentException("chain.id must be at least 1, was " + id);
        }
        if (contract.isEmpty() && !deploy) {
            throw new IllegalArgumentException("chain.contract must be set, or chain.deploy must be true");
        }
        if (contract.isPresent() && deploy) {
            throw new IllegalArgumentException("chain.deploy must be false where chain.contract is set");
        }
        if (raiseAfter.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("chain.raise-after must be at least 1s, was " + raiseAfter);
        }
        if (maxFee.signum() <= 0) {
            throw new IllegalArgumentException("chain.max-fee must be more than 0, was " + maxFee);
        }
    }
}
