package org.fieldward.core.observation.commitment;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.random.RandomGenerator;
import org.fieldward.proto.tree.RecordCommitment;

/**
 * The next batch of commitments, being filled within one transaction. Whoever begins one has the turn until the
 * transaction ends, so that several followers append to one line of numbers without holes. Not thread-safe.
 */
public final class SqlCommitmentBatch {

    /**
     * Where the commitment to a record stands.
     *
     * @param batch counted from 1
     * @param position in that batch, counted from 0
     * @param salt 32 bytes, the key of the commitment
     */
    public record Place(long batch, int position, ByteString salt) {}

    private final Connection connection;
    private final long number;
    private final RandomGenerator random;
    private final RecordCommitment commitment = new RecordCommitment();
    private final ByteArrayOutputStream commitments = new ByteArrayOutputStream();
    private int places;

    private SqlCommitmentBatch(Connection connection, long number, RandomGenerator random) {
        this.connection = connection;
        this.number = number;
        this.random = random;
    }

    /**
     * Waits for its turn.
     *
     * @param random makes the salts, so it must not be guessable
     */
    public static SqlCommitmentBatch begin(Connection connection, RandomGenerator random) throws SQLException {
        // Two statements that are sent together: the second must see what was committed while the first waited for the
        // turn.
        try (PreparedStatement turn = connection.prepareStatement("select 1 from commitment_turn for update;"
                + " select coalesce(max(number), 0) + 1 from commitment_batch")) {
            turn.execute();
            try (ResultSet row = turn.getResultSet()) {
                if (!row.next()) {
                    throw new SQLException("table commitment_turn has lost its row");
                }
            }
            turn.getMoreResults();
            try (ResultSet row = turn.getResultSet()) {
                row.next();
                return new SqlCommitmentBatch(connection, row.getLong(1), random);
            }
        }
    }

    public long number() {
        return number;
    }

    /** Commits to the record with a salt of its own. */
    public Place place(byte[] record) {
        byte[] salt = new byte[RecordCommitment.SALT_BYTES];
        random.nextBytes(salt);
        return place(record, salt);
    }

    /** Where the next record will stand. */
    public int position() {
        return places;
    }

    /** @param salt cannot be guessed, and was used for no other record */
    public Place place(byte[] record, byte[] salt) {
        commitments.writeBytes(commitment.of(salt, record));
        return new Place(number, places++, UnsafeByteOperations.unsafeWrap(salt));
    }

    /** Writes what was placed; a batch without commitments leaves its number to the next. */
    public void finish() throws SQLException {
        if (places == 0) {
            return;
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into commitment_batch (number, commitments) values (?, ?)")) {
            insert.setLong(1, number);
            insert.setBytes(2, commitments.toByteArray());
            insert.executeUpdate();
        }
    }
}
