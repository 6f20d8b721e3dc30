package org.fieldward.core.clinical.proof;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.anchor.Proof;
import org.fieldward.core.anchor.Proofs;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlQuery;
import org.fieldward.core.clinical.ClinicalException;
import org.fieldward.core.observation.commitment.SqlCommitmentBatch;
import org.fieldward.core.observation.commitment.SqlCommitmentBatch.Place;

/** Where the commitment to each version stands, and the proof that leads from there to a checkpoint. Thread-safe. */
public final class SqlChartCommitments implements ChartProofs {

    private final DataSource database;
    private final Chart chart;
    private final Proofs proofs;

    public SqlChartCommitments(DataSource database, Chart chart, Proofs proofs) {
        this.database = database;
        this.chart = chart;
        this.proofs = proofs;
    }

    static void insert(Connection connection, List<Version> versions, SqlCommitmentBatch batch) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into chart_commitment (type, id, version, commitment_batch, commitment_position, salt)
                values (?, ?, ?, ?, ?, ?)""")) {
            for (Version version : versions) {
                Place place = batch.place(CommittedRecord.of(version).toByteArray());
                insert.setString(1, version.key().type());
                insert.setString(2, version.key().id());
                insert.setLong(3, version.version());
                insert.setLong(4, place.batch());
                insert.setInt(5, place.position());
                insert.setBytes(6, place.salt().toByteArray());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Whether an event that must not wait made any of these versions. */
    static boolean isUrgent(Connection connection, List<Version> versions) throws SQLException {
        var select = new SqlQuery(
                """
                select exists (select from unnest(?::text[], ?::text[], ?::bigint[]) c (type, id, version)
                    join clinical_event_version v on (v.type, v.id, v.version) = (c.type, c.id, c.version)
                    join clinical_event e on e.number = v.event
                    where e.priority in ('high', 'critical'))""",
                versions.stream().map(version -> version.key().type()).toList(),
                versions.stream().map(version -> version.key().id()).toList(),
                versions.stream().map(Version::version).toList());
        try (PreparedStatement statement = select.prepare(connection);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private Optional<Place> place(Key key, long version) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("""
                        select commitment_batch, commitment_position, salt from chart_commitment
                        where type = ? and id = ? and version = ?""")) {
            select.setString(1, key.type());
            select.setString(2, key.id());
            select.setLong(3, version);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Place(row.getLong(1), row.getInt(2), ByteString.copyFrom(row.getBytes(3))))
                        : Optional.empty();
            }
        } catch (SQLException e) {
            throw new ClinicalException("a commitment could not be read", e);
        }
    }

    @Override
    public Optional<String> proof(Key key, long version, Sight sight) {
        return chart.read(key, version, sight)
                .flatMap(stored -> place(key, version).flatMap(place -> proof(stored, place)))
                .map(Proof::json);
    }

    private Optional<Proof> proof(Version stored, Place place) {
        return proofs.proof(place.batch(), place.position(), CommittedRecord.of(stored), place.salt());
    }

    @Override
    public State state(Key key, long version) {
        Optional<Version> stored = chart.read(key, version, Sight.EVERYTHING);
        Optional<Place> place = place(key, version);
        if (stored.isEmpty() || place.isEmpty()) {
            return new State.Pending();
        }
        Optional<Proof> proof = proof(stored.get(), place.get());
        if (proof.isEmpty()) {
            return new State.Queued();
        }
        return proof.get().anchors().isEmpty()
                ? new State.Signed(proof.get().treeSize())
                : new State.Anchored(proof.get().anchors().stream()
                        .map(anchor -> new State.Where(
                                anchor.chainId(),
                                anchor.contract(),
                                anchor.tx(),
                                anchor.block(),
                                anchor.finality().name().toLowerCase(Locale.ROOT)))
                        .toList());
    }
}
