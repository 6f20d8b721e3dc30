package org.fieldward.core.clinical.stay;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.clinical.stay.Admissions.Visit;
import org.fieldward.core.clinical.stay.Movement.Bed;
import org.fieldward.proto.reading.Micros;

/** Movements in their table. */
final class SqlMovements {

    /** Nobody is asked about who came to a bed longer before, and stayed. */
    private static final Duration LONGEST_STAY = Duration.ofDays(400);

    private static final String COLUMNS = "select number, patient, at_us, facility, bed from movement ";

    private SqlMovements() {}

    private static long early(Instant since) {
        return Micros.of(since) - LONGEST_STAY.toSeconds() * 1_000_000;
    }

    static boolean isTold(Connection connection, Movement movement) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                COLUMNS
                        + "where not cancelled and patient = ? and at_us = ? and facility = ? and bed is not distinct from ?")) {
            select.setString(1, movement.patient());
            select.setLong(2, Micros.of(movement.at()));
            select.setString(3, movement.facility());
            select.setString(4, movement.bed().orElse(null));
            return !movements(select).isEmpty();
        }
    }

    /** The beds that the patient came to in that time. */
    static List<Bed> beds(Connection connection, String patient, Instant since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                COLUMNS + "where not cancelled and patient = ? and at_us >= ? and bed is not null order by number")) {
            select.setString(1, patient);
            select.setLong(2, early(since));
            return movements(select).stream()
                    .flatMap(movement -> movement.place().stream())
                    .distinct()
                    .toList();
        }
    }

    /** All movements of everybody who came to that bed in that time. */
    static List<Movement> around(Connection connection, Bed bed, Instant since) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + """
                 where not cancelled and at_us >= ? and patient in (select patient from movement
                    where not cancelled and facility = ? and bed = ? and at_us >= ?)""")) {
            select.setLong(1, early(since));
            select.setString(2, bed.facility());
            select.setString(3, bed.name());
            select.setLong(4, early(since));
            return movements(select);
        }
    }

    static Optional<Movement> newest(Connection connection, Visit visit, boolean arrival) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS
                + "where not cancelled and patient = ? and facility = ? and (? = '' or visit = ?)"
                + " and (bed is not null) = ? order by at_us desc, number desc limit 1")) {
            select.setString(1, visit.patient());
            select.setString(2, visit.facility());
            select.setString(3, visit.visit());
            select.setString(4, visit.visit());
            select.setBoolean(5, arrival);
            return movements(select).stream().findFirst();
        }
    }

    private static List<Movement> movements(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var movements = new ArrayList<Movement>();
            while (row.next()) {
                movements.add(new Movement(
                        row.getLong(1),
                        row.getString(2),
                        Micros.instant(row.getLong(3)),
                        row.getString(4),
                        Optional.ofNullable(row.getString(5))));
            }
            return movements;
        }
    }

    static void insert(Connection connection, Movement movement, String visit) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into movement (patient, at_us, bed, facility, visit) values (?, ?, ?, ?, ?)")) {
            insert.setString(1, movement.patient());
            insert.setLong(2, Micros.of(movement.at()));
            insert.setString(3, movement.bed().orElse(null));
            insert.setString(4, movement.facility());
            insert.setString(5, visit);
            insert.executeUpdate();
        }
    }

    static void cancel(Connection connection, long number) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update movement set cancelled = true where number = ?")) {
            update.setLong(1, number);
            update.executeUpdate();
        }
    }

    static void rename(Connection connection, String patient, String into) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update movement set patient = ? where patient = ?")) {
            update.setString(1, into);
            update.setString(2, patient);
            update.executeUpdate();
        }
    }
}
