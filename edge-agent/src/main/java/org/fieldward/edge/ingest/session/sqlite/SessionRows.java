package org.fieldward.edge.ingest.session.sqlite;

import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.session.Author;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.Subscription;
import org.fieldward.edge.seal.Seal;
import org.jspecify.annotations.Nullable;

/** Writes changes as rows. For the journal's thread only. */
final class SessionRows {

    private static final List<String> TABLES_OF_A_SESSION = List.of("filter", "letter", "received");

    private final Connection connection;
    private final Seal seal;
    private final Moments moments;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private boolean hasWritten;

    SessionRows(Connection connection, Seal seal, Moments moments) {
        this.connection = connection;
        this.seal = seal;
        this.moments = moments;
    }

    /** What a letter or a will is bound to, so that no row can take the place of another. */
    static byte[] bound(String kind, long id) {
        return ByteString.copyFromUtf8(kind + "\0" + id).toByteArray();
    }

    static byte[] bound(String topic) {
        return ByteString.copyFromUtf8("retained\0" + topic).toByteArray();
    }

    /** All of them or, with an exception, none. */
    void write(List<Change> changes) throws SQLException {
        Set<Long> passed = passed(changes);
        for (Change change : changes) {
            switch (change) {
                case Change.Queued queued -> {
                    if (!passed.contains(queued.letter())) {
                        queued(queued);
                    }
                }
                case Change.Sent sent -> {
                    if (!passed.contains(sent.letter())) {
                        run(
                                "UPDATE letter SET packet_id = ?, awaited = ? WHERE id = ?",
                                sent.packetId(),
                                sent.awaited().number(),
                                sent.letter());
                    }
                }
                case Change.Done done -> {
                    if (!passed.contains(done.letter())) {
                        run("DELETE FROM letter WHERE id = ?", done.letter());
                    }
                }
                case Change.Retained retained -> retained(retained.message());
                default -> ofSession(change);
            }
        }
        // What came and went in between costs no write to a flash disk.
        if (hasWritten) {
            connection.commit();
            hasWritten = false;
        }
    }

    /** Letters that came and went within these changes: they need never touch the disk. */
    private static Set<Long> passed(List<Change> changes) {
        var queued = new HashSet<Long>();
        var passed = new HashSet<Long>();
        for (Change change : changes) {
            if (change instanceof Change.Queued one) {
                queued.add(one.letter());
            } else if (change instanceof Change.Done one && queued.contains(one.letter())) {
                passed.add(one.letter());
            }
        }
        return passed;
    }

    private void ofSession(Change change) throws SQLException {
        switch (change) {
            case Change.Began began ->
                run(
                        "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, NULL, 0, NULL)",
                        began.session(),
                        Author.text(began.key().identity()),
                        began.key().clientId(),
                        began.expirySeconds());
            case Change.Attached attached ->
                run(
                        "UPDATE session SET left_micros = NULL, will = NULL, expiry_seconds = ? WHERE id = ?",
                        attached.expirySeconds(),
                        attached.session());
            case Change.Detached detached ->
                run(
                        "UPDATE session SET left_micros = ?, expiry_seconds = ?, will_delay_millis = ?, will = ?"
                                + " WHERE id = ?",
                        moments.nowMicros(),
                        detached.expirySeconds(),
                        detached.willDelayMillis(),
                        detached.will()
                                .map(will -> seal.seal(
                                        Written.bytes(Written.ofWill(will)), bound("will", detached.session())))
                                .orElse(null),
                        detached.session());
            case Change.WillSaid said -> run("UPDATE session SET will = NULL WHERE id = ?", said.session());
            case Change.Ended ended -> {
                run("DELETE FROM session WHERE id = ?", ended.session());
                for (String table : TABLES_OF_A_SESSION) {
                    run("DELETE FROM " + table + " WHERE session = ?", ended.session());
                }
            }
            case Change.Subscribed subscribed ->
                subscribed(subscribed.session(), subscribed.filter(), subscribed.subscription());
            case Change.Unsubscribed gone ->
                run("DELETE FROM filter WHERE session = ? AND text = ?", gone.session(), gone.filter());
            case Change.Received received ->
                run("INSERT OR IGNORE INTO received VALUES (?, ?)", received.session(), received.packetId());
            case Change.Released released ->
                run(
                        "DELETE FROM received WHERE session = ? AND packet_id = ?",
                        released.session(),
                        released.packetId());
            case Change.Queued queued -> throw new IllegalStateException("written as a letter");
            case Change.Sent sent -> throw new IllegalStateException("written as a letter");
            case Change.Done done -> throw new IllegalStateException("written as a letter");
            case Change.Retained retained -> throw new IllegalStateException("written as a topic");
        }
    }

    private void subscribed(long session, String filter, Subscription subscription) throws SQLException {
        run(
                "INSERT OR REPLACE INTO filter VALUES (?, ?, ?, ?, ?, ?)",
                session,
                filter,
                subscription.qos(),
                subscription.noLocal() ? 1 : 0,
                subscription.retainAsPublished() ? 1 : 0,
                subscription.identifier().orElse(null));
    }

    private void queued(Change.Queued queued) throws SQLException {
        run(
                "INSERT OR REPLACE INTO letter VALUES (?, ?, 0, NULL, ?, ?, ?)",
                queued.letter(),
                queued.session(),
                moments.nowMicros(),
                goodFor(queued.deadlineMillis()),
                seal.seal(Written.bytes(queued.message()), bound("letter", queued.letter())));
    }

    private void retained(LocalMessage message) throws SQLException {
        if (message.payload().isEmpty() || message.author().isEmpty()) {
            run("DELETE FROM retained WHERE topic = ?", message.topic());
            return;
        }
        var content = new Outgoing(message.topic(), message.payload(), message.qos(), true, message.properties());
        run(
                "INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?, ?)",
                message.topic(),
                message.author(),
                moments.nowMicros(),
                goodFor(message.deadlineMillis()),
                seal.seal(Written.bytes(content), bound(message.topic())));
    }

    private @Nullable Long goodFor(OptionalLong deadlineMillis) {
        return deadlineMillis.isPresent() ? Long.valueOf(moments.millisUntil(deadlineMillis.getAsLong())) : null;
    }

    /** What belongs to no session must not become that of a later one with the same number. */
    void forgetOrphans() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES_OF_A_SESSION) {
                statement.execute("DELETE FROM " + table + " WHERE session NOT IN (SELECT id FROM session)");
            }
        }
    }

    /** Nothing is left that could be trusted. */
    void forgetAll() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : List.of("session", "filter", "letter", "received", "retained")) {
                statement.execute("DELETE FROM " + table);
            }
        }
        hasWritten = true;
    }

    private void run(String sql, @Nullable Object... values) throws SQLException {
        Optional<PreparedStatement> known = Optional.ofNullable(statements.get(sql));
        PreparedStatement statement = known.isPresent() ? known.get() : connection.prepareStatement(sql);
        statements.put(sql, statement);
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                statement.setNull(i + 1, Types.NULL);
            } else {
                statement.setObject(i + 1, values[i]);
            }
        }
        statement.executeUpdate();
        hasWritten = true;
    }
}
