package org.fieldward.core.anchor;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.core.anchor.chain.ChainSettings;
import org.fieldward.core.anchor.chain.ChainSettings.Finality;

/**
 * The log and, where there is one, the chain.
 *
 * @param origin {@code ledger.origin}: the log's name, {@code domain/log}; never to be changed once checkpoints are out
 * @param keyFile {@code ledger.key-file}: the Ed25519 key pair of the log, made at first start
 * @param interval {@code anchor.interval}: how often a checkpoint is signed, and anchored, while the log grows
 * @param chain empty where no chain is configured
 */
public record AnchorSettings(String origin, Path keyFile, Duration interval, Optional<Node> chain) {

    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);
    public static final Duration DEFAULT_POLL = Duration.ofSeconds(1);
    public static final Duration DEFAULT_RAISE_AFTER = Duration.ofSeconds(60);
    public static final long DEFAULT_MAX_FEE_GWEI = 200;

    private static final BigInteger WEI_PER_GWEI = BigInteger.valueOf(1_000_000_000);

    /**
     * A node of the chain.
     *
     * @param url {@code chain.url}: JSON-RPC over HTTP; may hold an access key, so it is never printed
     * @param keyFile {@code chain.key-file}: the account's private key, 64 hexadecimal digits, readable by its owner only
     * @param poll {@code chain.poll}: how often the chain is asked
     * @param settings {@code chain.id}, {@code chain.contract}, {@code chain.deploy}, {@code chain.from-block},
     *     {@code chain.finality}, {@code chain.raise-after}, {@code chain.max-fee}
     */
    public record Node(String url, Path keyFile, Duration poll, ChainSettings settings) {
        public Node {
            if (!url.startsWith("http://") && !url.startsWith("https://")) {
                throw new IllegalArgumentException("chain.url must start with http:// or https://");
            }
            atLeast("chain.poll", poll, Duration.ofMillis(50));
        }

        /** The node with the defaults of everything that has one. */
        public static Node of(String url, Path keyFile, long chainId, Optional<String> contract, boolean deploy) {
            return new Node(
                    url,
                    keyFile,
                    DEFAULT_POLL,
                    new ChainSettings(
                            chainId,
                            contract,
                            deploy,
                            OptionalLong.empty(),
                            new Finality.ByChain(),
                            DEFAULT_RAISE_AFTER,
                            gwei(DEFAULT_MAX_FEE_GWEI)));
        }

        @Override
        public String toString() {
            return "Node[chain " + settings.id() + "]";
        }
    }

    public AnchorSettings {
        if (!origin.matches("[^\\s+]{1,200}")) {
            throw new IllegalArgumentException(
                    "ledger.origin must have no spaces and no plus, and 1 to 200 characters, was '" + origin + "'");
        }
        atLeast("anchor.interval", interval, Duration.ofMillis(100));
    }

    /** {@code chain.max-fee} is set in gwei. */
    public static BigInteger gwei(long gwei) {
        return BigInteger.valueOf(gwei).multiply(WEI_PER_GWEI);
    }

    private static void atLeast(String key, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(key + " must be at least " + least + ", was " + value);
        }
    }
}
