package org.fieldward.core.anchor;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.fieldward.core.anchor.chain.ChainClient;
import org.fieldward.core.anchor.chain.ChainFollower;
import org.fieldward.core.anchor.chain.ChainKey;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.anchor.chain.SqlChain;
import org.fieldward.core.anchor.chain.Web3jChain;
import org.fieldward.core.ledger.NoteKey;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.Statement;
import org.fieldward.core.observation.commitment.Commitments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log with its checkpoints, and the chain where one is configured. Each has a thread of its own: a chain that is down
 * or slow holds up nothing else.
 */
public final class Anchoring implements AutoCloseable {

    private static final Logger logger = LoggerFactory.getLogger(Anchoring.class);

    private static final Duration LOG_POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final SqlLog log;
    private final SqlChain known;
    private final LogFollower follower;
    private final NoteSigner signer;
    private final Proofs proofs;
    private final Optional<ChainClient> chain;
    private final Optional<ChainFollower> chainFollower;
    private final Duration chainPoll;
    private final ScheduledExecutorService threads;
    private volatile Optional<String> trouble = Optional.empty();

    /**
     * Opens keys and database; speaks with no chain yet.
     *
     * @param source a database that has the migrations of this module
     * @param random makes the log's key at first start
     * @throws AnchorException if a key file is unfit, or the log was signed with another key
     */
    public Anchoring(
            AnchorSettings settings,
            DataSource source,
            Commitments commitments,
            InstantSource clock,
            SecureRandom random) {
        this.clock = clock;
        log = new SqlLog(source, commitments);
        known = new SqlChain(source);
        signer = new NoteSigner(settings.origin(), KeyFile.openOrMake(settings.keyFile(), random));
        refuseAnotherKey();
        follower = new LogFollower(log, signer, settings.interval());
        proofs = new LogProofs(log, known, settings.origin());
        chain = settings.chain()
                .map(node ->
                        new Web3jChain(node.url(), node.settings().id(), ChainKey.parse(KeyFile.read(node.keyFile()))));
        chainFollower = chain.flatMap(client -> settings.chain()
                .map(node -> new ChainFollower(
                        client,
                        known,
                        node.settings(),
                        () -> log.newest().map(newest -> new ChainFollower.Wanted(newest.root(), newest.size())),
                        size -> log.checkpoint(size).map(SqlLog.Signed::root))));
        chainPoll = settings.chain().map(AnchorSettings.Node::poll).orElse(AnchorSettings.DEFAULT_POLL);
        threads = Executors.newScheduledThreadPool(
                2, Thread.ofPlatform().name("anchoring-", 0).daemon().factory());
    }

    /** A proof against a checkpoint of another key would be refused by everyone who has only the new one. */
    private void refuseAnotherKey() {
        log.newest().ifPresent(newest -> {
            try {
                newest.note().open(signer.publicKey());
            } catch (RuntimeException e) {
                throw new AnchorException(
                        "the log was signed with another key or origin; bring back its key file and ledger.origin", e);
            }
        });
    }

    public void start() {
        threads.execute(this::followLog);
        chainFollower.ifPresent(follows -> threads.execute(() -> followChain(follows, Duration.ZERO)));
    }

    /**
     * What is committed by now is signed within a moment instead of at the interval, and goes to the chain with it. Returns
     * at once; many calls in that moment make one checkpoint.
     */
    public void force() {
        follower.urge();
    }

    public Proofs proofs() {
        return proofs;
    }

    /** What others check the log's checkpoints with. */
    public NoteKey publicKey() {
        return signer.publicKey();
    }

    /** Signs a statement with the log's key. */
    public String sign(Statement statement) {
        return signer.sign(statement);
    }

    /** The last batch of commitments of which a checkpoint shows that it was stored by then; 0 where none does. */
    public long storedBefore(Instant time) {
        long size = log.sizeBefore(time);
        return size == 0 ? 0 : log.lastBatch(size);
    }

    /** How far the log, its signatures and the chain reach now. */
    public Coverage coverage() {
        // The chain first: read after it, the signed part can only be larger.
        Optional<Coverage.Anchored> anchored = anchored(false);
        Optional<Coverage.Anchored> finished = anchored(true);
        Optional<Coverage.Signed> checkpoint = log.newest().map(this::signed);
        return new Coverage(log.size(), checkpoint, anchored, finished, chain.isPresent());
    }

    private Optional<Coverage.Anchored> anchored(boolean onlyFinal) {
        List<ChainState.Anchor> places = known.newest(onlyFinal);
        return places.isEmpty()
                ? Optional.empty()
                : log.checkpoint(places.getFirst().size())
                        .map(checkpoint -> new Coverage.Anchored(signed(checkpoint), places));
    }

    private Coverage.Signed signed(SqlLog.Signed checkpoint) {
        return new Coverage.Signed(
                checkpoint.size(), log.lastBatch(checkpoint.size()), checkpoint.note(), checkpoint.signedAt());
    }

    public AnchorState state() {
        // The checkpoint first: read after it, the log can only be larger.
        Optional<AnchorState.SignedHead> checkpoint =
                log.newest().map(newest -> new AnchorState.SignedHead(newest.size(), newest.root(), newest.signedAt()));
        return new AnchorState(
                log.size(),
                checkpoint,
                trouble,
                chainFollower.map(ChainFollower::state).orElseGet(ChainState.NotConfigured::new));
    }

    /** Ends both threads and waits for the step they are in. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
                logger.warn("anchoring did not stop within 30 seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        chain.ifPresent(ChainClient::close);
    }

    private void followLog() {
        Duration wait = LOG_POLL;
        try {
            if (follower.step(clock.instant())) {
                wait = Duration.ZERO;
            }
            trouble = Optional.empty();
        } catch (RuntimeException e) {
            // The next step starts from the cursor; nothing was half done.
            if (trouble.isEmpty()) {
                logger.warn("the log waits", e);
            }
            trouble = Optional.of(String.valueOf(e.getMessage()));
            wait = Duration.ofSeconds(1);
        }
        again(this::followLog, wait);
    }

    private void followChain(ChainFollower follows, Duration lastWait) {
        Duration wait = chainPoll;
        try {
            if (!follows.step(clock.instant())) {
                wait = longer(lastWait);
            }
        } catch (RuntimeException e) {
            logger.warn("anchoring failed in an unforeseen way", e);
            wait = longer(lastWait);
        }
        Duration next = wait;
        again(() -> followChain(follows, next), wait);
    }

    private Duration longer(Duration lastWait) {
        Duration doubled = lastWait.compareTo(chainPoll) < 0 ? chainPoll : lastWait.multipliedBy(2);
        return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }

    private void again(Runnable step, Duration wait) {
        if (!threads.isShutdown()) {
            try {
                var unused = threads.schedule(step, wait.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                logger.debug("closed between the question and the answer", e);
            }
        }
    }
}
