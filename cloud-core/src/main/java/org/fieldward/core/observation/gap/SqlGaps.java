package org.fieldward.core.observation.gap;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.attribution.Attribution.Origin;
import org.fieldward.core.attribution.Attribution.ReceivedGap;
import org.fieldward.core.observation.ObservationException;
import org.fieldward.core.observation.commitment.SqlCommitmentBatch;
import org.fieldward.proto.link.Lane;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Micros;

/** Gaps in PostgreSQL, written and committed to in the transaction of the follower that read them. */
public final class SqlGaps implements Gaps {

    private static final int VERSION = 1;

    private static final String COLUMNS =
            "select number, record, salt, commitment_batch, commitment_position from gap ";

    private final DataSource database;

    public SqlGaps(DataSource database) {
        this.database = database;
    }

    /** Within the transaction it is given, which has the turn of the batch. */
    public static void insert(Connection connection, List<ReceivedGap> gaps, SqlCommitmentBatch batch)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into gap (gateway, epoch, sequence, device, from_us, to_us, commitment_batch,
                    commitment_position, salt, record) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (ReceivedGap received : gaps) {
                StoredGap record = record(received);
                SqlCommitmentBatch.Place place = batch.place(record.toByteArray());
                insert.setString(1, record.getGateway());
                insert.setLong(2, record.getEpoch());
                insert.setLong(3, record.getSequence());
                insert.setString(4, record.getDevice());
                insert.setLong(5, record.getFromMicros());
                insert.setLong(6, record.getToMicros());
                insert.setLong(7, place.batch());
                insert.setInt(8, place.position());
                insert.setBytes(9, place.salt().toByteArray());
                insert.setBytes(10, record.toByteArray());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static StoredGap record(ReceivedGap received) {
        Gap gap = received.gap();
        Origin origin = received.origin();
        return StoredGap.newBuilder()
                .setGapVersion(VERSION)
                .setDevice(gap.device().name())
                .setLane(Lane.forNumber(gap.lost().number()))
                .setFromMicros(Micros.of(gap.from()))
                .setToMicros(Micros.of(gap.to()))
                .setCount(gap.count())
                .setReason(gap.reason().number())
                .setReceivedMicros(Micros.of(gap.stamp().receivedAt()))
                .setGateway(origin.gateway())
                .setEpoch(origin.epoch())
                .setSequence(origin.sequences().first())
                .build();
    }

    @Override
    public List<Stored> find(Query query) {
        String sql = COLUMNS + "where number > ? and to_us >= ? and from_us <= ?"
                + (query.device().isPresent() ? " and device = ?" : "") + " order by number limit ?";
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, query.afterNumber());
            select.setLong(2, query.from().map(Micros::of).orElse(Long.MIN_VALUE));
            select.setLong(3, query.until().map(Micros::of).orElse(Long.MAX_VALUE));
            int at = 4;
            if (query.device().isPresent()) {
                select.setString(at++, query.device().get().name());
            }
            select.setInt(at, query.limit());
            return stored(select);
        } catch (SQLException e) {
            throw new ObservationException("gaps could not be read", e);
        }
    }

    @Override
    public Optional<Stored> get(long number) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(COLUMNS + "where number = ?")) {
            select.setLong(1, number);
            return stored(select).stream().findFirst();
        } catch (SQLException e) {
            throw new ObservationException("a gap could not be read", e);
        }
    }

    private static List<Stored> stored(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var found = new ArrayList<Stored>();
            while (row.next()) {
                var bytes = ByteString.copyFrom(row.getBytes(2));
                found.add(new Stored(
                        row.getLong(1),
                        StoredGap.parseFrom(bytes),
                        bytes,
                        ByteString.copyFrom(row.getBytes(3)),
                        row.getLong(4),
                        row.getInt(5)));
            }
            return found;
        } catch (InvalidProtocolBufferException e) {
            throw new ObservationException("the store holds a record that is not a StoredGap", e);
        }
    }
}
