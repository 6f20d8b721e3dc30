package org.fieldward.edge.buffer.sqlite;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.buffer.BufferException;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.document.Documents;
import org.fieldward.edge.buffer.document.Remembered;
import org.fieldward.edge.buffer.document.Remembered.State;
import org.fieldward.edge.buffer.document.Ruling;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** What is remembered of documents, written in the transaction in which they come, go, or are told about. */
final class DocumentRows implements Documents {

    /** Of those that the core has; the others all stay. */
    static final int REMEMBERED = 500;

    /** Agents before it cannot read a document: once there is one in the file, they are kept out. */
    private static final int FIRST_READER = 4;

    private static final String COLUMNS = "SELECT sequence, state, content, verdict FROM document ";

    private final Connection reading;
    private final Seal seal;

    /** @param reading sees what is committed */
    DocumentRows(Connection reading, Seal seal) {
        this.reading = reading;
        this.seal = seal;
    }

    /** In the transaction that stores the documents, forgets what was confirmed, and keeps what the core said. */
    static void apply(Connection connection, Seal seal, List<Sequenced> entries, Group group, Lives lives)
            throws SQLException {
        boolean added = false;
        for (Sequenced one : entries) {
            if (one.entry() instanceof Document document) {
                insert(connection, seal, one.sequence(), document);
                added = true;
            }
        }
        if (added) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("DELETE FROM document WHERE state <> " + State.KEPT.number()
                        + " AND sequence <= (SELECT sequence FROM document ORDER BY sequence DESC LIMIT 1 OFFSET "
                        + REMEMBERED + ")");
                statement.execute("PRAGMA user_version = " + FIRST_READER);
            }
        }
        confirm(connection, group.confirmed());
        for (Ruling ruling : group.rulings()) {
            rule(connection, seal, ruling, lives);
        }
    }

    private static void insert(Connection connection, Seal seal, long sequence, Document document) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO document (sequence, state, name, content) VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, sequence);
            insert.setInt(2, State.KEPT.number());
            insert.setBytes(3, name(document));
            insert.setBytes(4, seal.seal(content(document), bound(sequence)));
            insert.executeUpdate();
        }
    }

    private static void confirm(Connection connection, SequenceSet confirmed) throws SQLException {
        if (confirmed.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement("UPDATE document SET state = "
                + State.ARRIVED.number() + " WHERE state = " + State.KEPT.number() + " AND sequence BETWEEN ? AND ?")) {
            for (SequenceRange range : confirmed.ranges()) {
                update.setLong(1, range.first());
                update.setLong(2, range.last());
                update.executeUpdate();
            }
        }
    }

    private static void rule(Connection connection, Seal seal, Ruling ruling, Lives lives) throws SQLException {
        SequenceSet own = lives.within(ruling.epoch(), SequenceSet.of(SequenceRange.of(ruling.sequence())));
        try (PreparedStatement update =
                        connection.prepareStatement("UPDATE document SET state = ?, verdict = ? WHERE sequence = ?");
                PreparedStatement mark = connection.prepareStatement("UPDATE document_mark SET mark = max(mark, ?)")) {
            // Of a file that was before this one there is nothing to tell here, but it was heard.
            if (!own.isEmpty()) {
                update.setInt(1, (ruling.taken() ? State.TAKEN : State.REFUSED).number());
                update.setBytes(
                        2, seal.seal(ruling.detail().getBytes(StandardCharsets.UTF_8), bound(ruling.sequence())));
                update.setLong(3, ruling.sequence());
                update.executeUpdate();
            }
            mark.setLong(1, ruling.mark());
            mark.executeUpdate();
        }
    }

    @Override
    public List<Remembered> newest(int max) {
        return read(COLUMNS + "ORDER BY sequence DESC LIMIT ?", query -> query.setInt(1, max));
    }

    @Override
    public Optional<Remembered> known(Document document) {
        byte[] name = name(document);
        return read(COLUMNS + "WHERE name = ? ORDER BY sequence LIMIT 1", query -> query.setBytes(1, name)).stream()
                .findFirst();
    }

    @Override
    public long waiting() {
        return number("SELECT count(*) FROM document WHERE state = " + State.KEPT.number());
    }

    @Override
    public long mark() {
        return number("SELECT mark FROM document_mark");
    }

    private interface Binding {
        void in(PreparedStatement query) throws SQLException;
    }

    private List<Remembered> read(String sql, Binding binding) {
        synchronized (reading) {
            try (PreparedStatement query = reading.prepareStatement(sql)) {
                binding.in(query);
                var found = new ArrayList<Remembered>();
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        found.add(remembered(rows));
                    }
                }
                return found;
            } catch (SQLException | GeneralSecurityException e) {
                throw new BufferException("buffer could not read what it remembers of documents: " + e.getMessage(), e);
            }
        }
    }

    private long number(String sql) {
        synchronized (reading) {
            try (Statement statement = reading.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            } catch (SQLException e) {
                throw new BufferException("buffer could not count its documents: " + e.getMessage(), e);
            }
        }
    }

    private Remembered remembered(ResultSet row) throws SQLException, GeneralSecurityException {
        long sequence = row.getLong(1);
        byte[] verdict = row.getBytes(4);
        String detail = verdict == null ? "" : new String(seal.open(verdict, bound(sequence)), StandardCharsets.UTF_8);
        try (var in = new DataInputStream(new ByteArrayInputStream(seal.open(row.getBytes(3), bound(sequence))))) {
            return new Remembered(
                    sequence,
                    Micros.instant(in.readLong()),
                    Document.Purpose.of(in.readInt()),
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    State.of(row.getInt(2)),
                    detail);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    private static byte[] content(Document document) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(Micros.of(document.stamp().receivedAt()));
            out.writeInt(document.purpose().number());
            out.writeUTF(document.id());
            out.writeUTF(document.recorder());
            out.writeUTF(document.kind());
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be written", e);
        }
        return bytes.toByteArray();
    }

    /** Of all that makes two documents the same; nothing can be told from it without having the document. */
    private static byte[] name(Document document) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(document.purpose().word(), document.recorder(), document.id())) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            digest.update(document.content().asReadOnlyByteBuffer());
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] bound(long sequence) {
        return ("document\0" + sequence).getBytes(StandardCharsets.UTF_8);
    }
}
