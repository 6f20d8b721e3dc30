package org.fieldward.core.observation.commitment;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.fieldward.core.observation.ObservationException;

/** Reads the batches of commitments in PostgreSQL. */
public final class SqlCommitments implements Commitments {

    private final DataSource database;

    public SqlCommitments(DataSource database) {
        this.database = database;
    }

    @Override
    public List<CommitmentBatch> after(long number, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select number, commitments from commitment_batch where number > ? order by number limit ?")) {
            select.setLong(1, number);
            select.setInt(2, limit);
            try (ResultSet row = select.executeQuery()) {
                var batches = new ArrayList<CommitmentBatch>();
                while (row.next()) {
                    batches.add(new CommitmentBatch(row.getLong(1), ByteString.copyFrom(row.getBytes(2))));
                }
                return batches;
            }
        } catch (SQLException e) {
            throw new ObservationException("commitments could not be read", e);
        }
    }
}
