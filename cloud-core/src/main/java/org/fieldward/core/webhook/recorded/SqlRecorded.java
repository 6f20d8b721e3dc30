package org.fieldward.core.webhook.recorded;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.webhook.WebhookException;
import org.fieldward.core.webhook.recorded.Recorded.Origin;
import org.fieldward.core.webhook.recorded.Recorded.State;
import org.fieldward.proto.link.DocumentVerdict;
import org.fieldward.proto.reading.Document.Purpose;

/** Documents in PostgreSQL. Thread-safe. */
public final class SqlRecorded {

    private static final String COLUMNS = "number, gateway, epoch, sequence, purpose, document_id, recorder, kind,"
            + " media_type, facility, content, recorded_at, arrived_at, state, detail, result, attempts";

    private final DataSource database;

    public SqlRecorded(DataSource database) {
        this.database = database;
    }

    /** Part of a follower's transaction, which begins at that place in the journal. */
    interface Step<T> {
        T in(Connection connection, long position) throws SQLException;
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T read(Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.in(connection);
        } catch (SQLException e) {
            throw new WebhookException("recorded documents could not be read", e);
        }
    }

    /** Once for each origin. */
    static void insert(Connection connection, Recorded document, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into recorded_document (gateway, epoch,"
                + " sequence, purpose, document_id, recorder, kind, media_type, facility, content, recorded_at, arrived_at,"
                + " settled_at, state, detail, result, mark) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                + " nextval('recorded_mark')) on conflict (gateway, epoch, sequence) do nothing")) {
            insert.setString(1, document.origin().gateway());
            insert.setLong(2, document.origin().epoch());
            insert.setLong(3, document.origin().sequence());
            insert.setString(4, document.purpose().word());
            insert.setString(5, document.id());
            insert.setString(6, document.recorder());
            insert.setString(7, document.kind());
            insert.setString(8, document.mediaType());
            insert.setString(9, document.facility());
            insert.setBytes(10, document.content().toByteArray());
            insert.setTimestamp(11, Timestamp.from(document.recordedAt()));
            insert.setTimestamp(12, Timestamp.from(document.arrivedAt()));
            insert.setTimestamp(13, Timestamp.from(now));
            insert.setString(14, word(document.state()));
            insert.setString(15, document.detail());
            setResult(insert, 16, document.result());
            insert.executeUpdate();
        }
    }

    /** Says anew what became of it. Whoever calls this holds the follower's cursor, so that marks are seen in their order. */
    static void settle(Connection connection, long number, Ruling ruling, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update recorded_document set state = ?, detail = ?, result = coalesce(?, result), settled_at = ?,"
                        + " attempts = attempts + 1, content = case when ? then content else ''::bytea end,"
                        + " mark = nextval('recorded_mark') where number = ?")) {
            update.setString(1, word(ruling.taken() ? State.TAKEN : State.REFUSED));
            update.setString(2, ruling.detail());
            setResult(update, 3, ruling.result());
            update.setTimestamp(4, Timestamp.from(now));
            update.setBoolean(5, ruling.keeps());
            update.setLong(6, number);
            update.executeUpdate();
        }
    }

    private static void setResult(PreparedStatement statement, int place, Optional<Long> result) throws SQLException {
        if (result.isPresent()) {
            statement.setLong(place, result.get());
        } else {
            statement.setNull(place, Types.BIGINT);
        }
    }

    /** Messages that were refused, and that somebody replayed out of the quarantine since. */
    static List<Recorded> mended(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + COLUMNS + " from recorded_document"
                + " where state = 'refused' and purpose = 'hl7v2' and exists (select from webhook_arrival a"
                + " where a.number = recorded_document.result and a.state = 'applied') order by number limit 100")) {
            return list(select);
        }
    }

    static Optional<Recorded> lock(Connection connection, long number) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select " + COLUMNS + " from recorded_document where number = ? for update")) {
            select.setLong(1, number);
            return list(select).stream().findFirst();
        }
    }

    public Optional<Recorded> find(long number) {
        return read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("select " + COLUMNS + " from recorded_document where number = ?")) {
                select.setLong(1, number);
                return list(select).stream().findFirst();
            }
        });
    }

    /** The newest first, without their bytes. */
    public List<Recorded> list(Optional<State> state, Optional<Long> before, int limit) {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement("select "
                    + COLUMNS.replace(" content,", " ''::bytea as content,")
                    + " from recorded_document where (?::text is null or state = ?) and number < ?"
                    + " order by number desc limit ?")) {
                String wanted = state.map(SqlRecorded::word).orElse(null);
                select.setString(1, wanted);
                select.setString(2, wanted);
                select.setLong(3, before.orElse(Long.MAX_VALUE));
                select.setInt(4, limit);
                return list(select);
            }
        });
    }

    /** What a gateway was not told yet, of the newest {@code limit}, in the order of their marks. */
    public List<DocumentVerdict> verdicts(String gateway, long afterMark, int limit) {
        return read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(
                    "select epoch, sequence, mark, state, detail from (select * from recorded_document"
                            + " where gateway = ? and mark > ? order by mark desc limit ?) newest order by mark")) {
                select.setString(1, gateway);
                select.setLong(2, afterMark);
                select.setInt(3, limit);
                var verdicts = new ArrayList<DocumentVerdict>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        verdicts.add(DocumentVerdict.newBuilder()
                                .setEpoch(row.getLong(1))
                                .setSequence(row.getLong(2))
                                .setMark(row.getLong(3))
                                .setTaken(row.getString(4).equals(word(State.TAKEN)))
                                .setDetail(row.getString(5))
                                .build());
                    }
                }
                return verdicts;
            }
        });
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static List<Recorded> list(PreparedStatement select) throws SQLException {
        var found = new ArrayList<Recorded>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long result = row.getLong("result");
                Optional<Long> known = row.wasNull() ? Optional.empty() : Optional.of(result);
                found.add(new Recorded(
                        row.getLong("number"),
                        new Origin(row.getString("gateway"), row.getLong("epoch"), row.getLong("sequence")),
                        row.getString("purpose").equals(Purpose.HL7V2.word()) ? Purpose.HL7V2 : Purpose.CLINICAL_EVENT,
                        row.getString("document_id"),
                        row.getString("recorder"),
                        row.getString("kind"),
                        row.getString("media_type"),
                        row.getString("facility"),
                        ByteString.copyFrom(row.getBytes("content")),
                        row.getTimestamp("recorded_at").toInstant(),
                        row.getTimestamp("arrived_at").toInstant(),
                        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                        row.getString("detail"),
                        known,
                        row.getInt("attempts")));
            }
        }
        return found;
    }
}
