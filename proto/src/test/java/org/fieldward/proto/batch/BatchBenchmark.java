package org.fieldward.proto.batch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fieldward.proto.tree.HashTree;
import org.fieldward.proto.tree.RecordCommitment;
import org.fieldward.proto.tree.TreeHasher;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a reading of six values costs on its way into a batch, out of it, and into the log. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BatchBenchmark {

    private static final int READINGS = 1_000;

    private final List<Sequenced> readings = new Ward(1).steady(300, READINGS);
    private final byte[] batch = BatchCodec.encode(readings);
    private final byte[] salt = new byte[RecordCommitment.SALT_BYTES];
    private final byte[] record = new byte[120];

    @Benchmark
    @OperationsPerInvocation(READINGS)
    public byte[] a_reading_into_a_batch_of_1000() {
        return BatchCodec.encode(readings);
    }

    @Benchmark
    @OperationsPerInvocation(READINGS)
    public List<Sequenced> a_reading_out_of_a_batch_of_1000() {
        return BatchCodec.decode(batch);
    }

    /** Commitment, leaf, and its part of the tree above. */
    @Benchmark
    @OperationsPerInvocation(READINGS)
    public byte[] a_reading_into_the_hash_tree() {
        var commitment = new RecordCommitment();
        var hasher = new TreeHasher();
        List<byte[]> leaves = new ArrayList<>(READINGS);
        for (int i = 0; i < READINGS; i++) {
            leaves.add(hasher.leaf(commitment.of(salt, record)));
        }
        return HashTree.of(leaves).root(READINGS);
    }

    /** The limit of what comes above: two digests of such a record by the JDK alone. */
    @Benchmark
    public byte[] two_digests_by_the_JDK_alone() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(salt);
        return digest.digest(digest.digest(record));
    }
}
