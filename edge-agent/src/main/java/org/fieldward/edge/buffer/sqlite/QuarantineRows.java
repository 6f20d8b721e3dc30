package org.fieldward.edge.buffer.sqlite;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.Quarantined;
import org.fieldward.edge.buffer.Quarantined.State;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/** The rows of payloads that nobody could read. Topic, detail and payload are sealed: they may hold anything. */
final class QuarantineRows {

    private static final String COLUMNS = "SELECT id, device, received_micros, reason, state, content FROM quarantine ";

    private QuarantineRows() {}

    /**
     * Keeps those that find room, and answers for each.
     *
     * @param room how full the quarantine is, and how full it may be
     * @return how full it is then
     */
    static long take(Connection connection, Seal seal, List<Rejected> payloads, Full room, List<AppendResult> answers)
            throws SQLException {
        long used = room.bytesUsed();
        for (Rejected payload : payloads) {
            if (used + payload.payload().size() <= room.bytesAllowed()) {
                used += insert(connection, seal, payload);
                answers.add(new Stored(0, 0));
            } else {
                answers.add(new Full(used, room.bytesAllowed()));
            }
        }
        return used;
    }

    /** Returns the bytes it takes. */
    static long insert(Connection connection, Seal seal, Rejected rejected) throws SQLException {
        long received = Micros.of(rejected.receivedAt());
        String device = rejected.device().name();
        byte[] content = seal.seal(content(rejected), bound(device, received, rejected.reason()));
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO quarantine (device, received_micros, reason, state, content) VALUES (?, ?, ?, ?, ?)")) {
            insert.setString(1, device);
            insert.setLong(2, received);
            insert.setString(3, rejected.reason().name());
            insert.setString(4, State.WAITING.name());
            insert.setBytes(5, content);
            insert.executeUpdate();
        }
        return content.length + (long) RecordGroups.ROW_BYTES;
    }

    static void replayed(Connection connection, long id) throws SQLException {
        settle(connection, "UPDATE quarantine SET state = 'REPLAYED' WHERE id = ? AND state = 'WAITING'", id);
    }

    /** The row stays as a mark, its bytes go; returns how many. */
    static long discarded(Connection connection, long id) throws SQLException {
        long bytes;
        try (PreparedStatement query =
                connection.prepareStatement("SELECT coalesce(sum(length(content)), 0) FROM quarantine WHERE id = ?")) {
            query.setLong(1, id);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                bytes = row.getLong(1);
            }
        }
        settle(connection, "UPDATE quarantine SET state = 'DISCARDED', content = x'' WHERE id = ?", id);
        return bytes;
    }

    /** Marks what was replayed and drops what was discarded; returns the bytes that the quarantine got rid of. */
    static long settle(Connection connection, Group group, List<AppendResult> appends) throws SQLException {
        for (int i = 0; i < appends.size(); i++) {
            OptionalLong replays = group.appends().get(i).replays();
            if (replays.isPresent() && appends.get(i) instanceof Stored) {
                replayed(connection, replays.getAsLong());
            }
        }
        long bytes = 0;
        for (long id : group.discarded()) {
            bytes += discarded(connection, id);
        }
        return bytes;
    }

    private static void settle(Connection connection, String sql, long id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, id);
            update.executeUpdate();
        }
    }

    static long bytes(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                        "SELECT coalesce(sum(length(content) + " + RecordGroups.ROW_BYTES + "), 0) FROM quarantine");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Ascending from {@code firstId} on. */
    static List<Quarantined> list(Connection connection, Seal seal, long firstId, int max)
            throws SQLException, GeneralSecurityException {
        try (PreparedStatement query =
                connection.prepareStatement(COLUMNS + "WHERE id >= ? ORDER BY id LIMIT " + max)) {
            query.setLong(1, firstId);
            var found = new ArrayList<Quarantined>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(read(row, seal));
                }
            }
            return found;
        }
    }

    private static Quarantined read(ResultSet row, Seal seal) throws SQLException, GeneralSecurityException {
        String device = row.getString(2);
        long received = row.getLong(3);
        RejectReason reason = RejectReason.valueOf(row.getString(4));
        State state = State.valueOf(row.getString(5));
        byte[] sealed = row.getBytes(6);
        String topic = "";
        String detail = "";
        ByteString payload = ByteString.EMPTY;
        if (state != State.DISCARDED) {
            byte[] content = seal.open(sealed, bound(device, received, reason));
            try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
                topic = text(in);
                detail = text(in);
                payload = ByteString.copyFrom(in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException("quarantined payload " + row.getLong(1) + " is cut short", e);
            }
        }
        return new Quarantined(
                row.getLong(1),
                state,
                new Rejected(new DeviceId(device), topic, payload, Micros.instant(received), reason, detail));
    }

    private static byte[] content(Rejected rejected) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (String text : List.of(rejected.topic(), rejected.detail())) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
            }
            rejected.payload().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to write", e);
        }
        return bytes.toByteArray();
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static byte[] bound(String device, long received, RejectReason reason) {
        return ("quarantine\0" + device + '\0' + received + '\0' + reason.name()).getBytes(StandardCharsets.UTF_8);
    }
}
