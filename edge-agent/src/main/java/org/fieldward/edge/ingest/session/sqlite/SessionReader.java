package org.fieldward.edge.ingest.session.sqlite;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.session.Author;
import org.fieldward.edge.ingest.session.Awaited;
import org.fieldward.edge.ingest.session.SessionJournal.Kept;
import org.fieldward.edge.ingest.session.SessionJournal.KeptFilter;
import org.fieldward.edge.ingest.session.SessionJournal.KeptLetter;
import org.fieldward.edge.ingest.session.SessionJournal.KeptSession;
import org.fieldward.edge.ingest.session.SessionKey;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.SharedFilter;
import org.fieldward.edge.seal.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what an earlier run wrote. A row that does not open is left out and logged: the rest is still good. */
final class SessionReader {

    private static final Logger LOG = LoggerFactory.getLogger(SessionReader.class);

    private final Connection connection;
    private final Seal seal;
    private final Moments moments;

    SessionReader(Connection connection, Seal seal, Moments moments) {
        this.connection = connection;
        this.seal = seal;
        this.moments = moments;
    }

    Kept read() throws SQLException {
        Map<Long, List<KeptFilter>> filters = filters();
        Map<Long, List<KeptLetter>> letters = letters();
        Map<Long, Set<Integer>> received = received();
        var sessions = new ArrayList<KeptSession>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT id, identity, client, expiry_seconds, left_micros, will_delay_millis, will FROM session"
                                + " ORDER BY id")) {
            while (row.next()) {
                long id = row.getLong(1);
                long left = row.getLong(5);
                long away = row.wasNull() ? 0 : moments.millisSince(left);
                sessions.add(new KeptSession(
                        id,
                        new SessionKey(Author.identity(row.getString(2)), row.getString(3)),
                        row.getLong(4),
                        away,
                        will(id, row.getBytes(7)),
                        row.getLong(6) - away,
                        filters.getOrDefault(id, List.of()),
                        letters.getOrDefault(id, List.of()),
                        received.getOrDefault(id, Set.of())));
            }
        }
        return new Kept(sessions, retained());
    }

    private Optional<Will> will(long session, byte[] sealed) {
        return sealed == null
                ? Optional.empty()
                : opened(sealed, SessionRows.bound("will", session)).map(Written::will);
    }

    private Optional<Outgoing> opened(byte[] sealed, byte[] bound) {
        try {
            return Optional.of(Written.message(seal.open(sealed, bound)));
        } catch (GeneralSecurityException | IOException e) {
            LOG.error("A kept message is damaged and is left out: {}", e.toString());
            return Optional.empty();
        }
    }

    private Map<Long, List<KeptFilter>> filters() throws SQLException {
        var filters = new HashMap<Long, List<KeptFilter>>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM filter")) {
            while (row.next()) {
                String text = row.getString(2);
                int identifier = row.getInt(6);
                Optional<Integer> given = row.wasNull() ? Optional.empty() : Optional.of(identifier);
                Optional<SharedFilter> shared = SharedFilter.of(text);
                if (shared.isPresent()) {
                    filters.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                            .add(new KeptFilter(
                                    text,
                                    shared.get().group(),
                                    shared.get().filter(),
                                    row.getInt(3),
                                    row.getInt(4) == 1,
                                    row.getInt(5) == 1,
                                    given));
                }
            }
        }
        return filters;
    }

    private Map<Long, List<KeptLetter>> letters() throws SQLException {
        var letters = new HashMap<Long, List<KeptLetter>>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT id, session, packet_id, awaited, queued_micros, good_for_millis, content FROM letter"
                                + " ORDER BY id")) {
            while (row.next()) {
                long id = row.getLong(1);
                int awaited = row.getInt(4);
                Optional<Awaited> state = row.wasNull() ? Optional.empty() : Optional.of(Awaited.of(awaited));
                OptionalLong deadline = deadline(row, 5);
                int packetId = row.getInt(3);
                List<KeptLetter> own = letters.computeIfAbsent(row.getLong(2), session -> new ArrayList<>());
                opened(row.getBytes(7), SessionRows.bound("letter", id))
                        .ifPresent(message -> own.add(new KeptLetter(id, message, deadline, packetId, state)));
            }
        }
        return letters;
    }

    private Map<Long, Set<Integer>> received() throws SQLException {
        var received = new HashMap<Long, Set<Integer>>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT session, packet_id FROM received")) {
            while (row.next()) {
                received.computeIfAbsent(row.getLong(1), id -> new HashSet<>()).add(row.getInt(2));
            }
        }
        return received;
    }

    private List<LocalMessage> retained() throws SQLException {
        var retained = new ArrayList<LocalMessage>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT topic, author, queued_micros, good_for_millis, content FROM retained")) {
            while (row.next()) {
                String author = row.getString(2);
                OptionalLong deadline = deadline(row, 3);
                opened(row.getBytes(5), SessionRows.bound(row.getString(1)))
                        .ifPresent(message -> retained.add(new LocalMessage(
                                message.topic(),
                                message.payload(),
                                message.qos(),
                                true,
                                message.properties(),
                                deadline,
                                author)));
            }
        }
        return retained;
    }

    /** From two columns: when it was written, and how long it was good for then. */
    private OptionalLong deadline(ResultSet row, int column) throws SQLException {
        long written = row.getLong(column);
        long goodFor = row.getLong(column + 1);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(moments.deadline(written, goodFor));
    }
}
