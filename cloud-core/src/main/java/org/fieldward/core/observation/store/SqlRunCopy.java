package org.fieldward.core.observation.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Step.Row;
import org.fieldward.core.observation.Observed;

/** Writes runs: what the records of one have in common is written once. */
final class SqlRunCopy {

    private SqlRunCopy() {}

    /**
     * The salts of a run are made of one secret, so that only that need be stored; who knows one of them knows no other.
     */
    static final class Salts {
        private static final int SECRET_BYTES = 32;

        private final byte[] input = new byte[SECRET_BYTES + Integer.BYTES];
        private final MessageDigest digest;

        Salts(RandomGenerator random) {
            byte[] secret = new byte[SECRET_BYTES];
            random.nextBytes(secret);
            System.arraycopy(secret, 0, input, 0, SECRET_BYTES);
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        byte[] at(int position) {
            for (int i = 0; i < Integer.BYTES; i++) {
                input[SECRET_BYTES + i] = (byte) (position >>> (24 - 8 * i));
            }
            return digest.digest(input);
        }

        byte[] secret() {
            return Arrays.copyOf(input, SECRET_BYTES);
        }
    }

    /**
     * Readings that the store does not have, one of each for each of them.
     *
     * @param records the exact bytes that were committed to
     */
    record Fresh(List<Row> rows, List<Observed> sealed, byte[][] records) {}

    /** A run as it is written. */
    private static final class Written {
        private final long[] measured;
        private final long[] present;
        private final int[] positions;
        private final List<byte[]> records;
        private long any;
        private boolean uniform = true;
        private int head;
        private int tail;

        Written(Fresh fresh, int[] run) {
            measured = new long[run.length];
            present = new long[run.length];
            positions = new int[run.length];
            records = new ArrayList<>(run.length);
            for (int i = 0; i < run.length; i++) {
                Row row = fresh.rows().get(run[i]);
                measured[i] = row.key().measuredMicros();
                present[i] = Attribution.parameters(row.record());
                positions[i] = fresh.sealed().get(run[i]).commitmentPosition();
                uniform &= present[i] == present[0];
                any |= present[i];
                share(fresh.records()[run[i]]);
            }
        }

        /** Keeps the record, and to what it has in common with all before it. */
        private void share(byte[] record) {
            records.add(record);
            byte[] first = records.getFirst();
            if (records.size() == 1) {
                head = record.length;
                tail = record.length;
                return;
            }
            int differs = Arrays.mismatch(first, 0, head, record, 0, Math.min(head, record.length));
            head = differs < 0 ? head : differs;
            int most = Math.min(tail, Math.min(record.length, first.length) - head);
            int from = record.length - most;
            int end = first.length - most;
            // Nearly always as before: compared as a whole, which is faster than byte by byte from the end.
            if (Arrays.equals(record, from, record.length, first, end, first.length)) {
                tail = most;
                return;
            }
            int same = 0;
            while (record[record.length - 1 - same] == first[first.length - 1 - same]) {
                same++;
            }
            tail = same;
        }

        void copy(PostgresCopy copy) {
            copy.numbers(measured);
            if (uniform) {
                copy.noNumbers();
            } else {
                copy.numbers(present);
            }
            copy.numbers(positions);
            byte[] one = records.getFirst();
            // The shortest may have both in one place.
            int end = Math.min(
                    tail,
                    records.stream().mapToInt(record -> record.length).min().orElse(0) - head);
            copy.bytes(Arrays.copyOf(one, head));
            copy.middles(records, head, end);
            copy.bytes(Arrays.copyOfRange(one, one.length - end, one.length));
        }
    }

    /** @param salts one for each run */
    static void write(Connection connection, Fresh fresh, List<int[]> runs, List<Salts> salts) throws SQLException {
        PostgresCopy copy = PostgresCopy.start(
                connection,
                "copy reading_run (device_no, first_us, last_us, patient_no, parameters, commitment_batch,"
                        + " measured, present, positions, head, middles, tail, secret) from stdin (format binary)");
        for (int i = 0; i < runs.size(); i++) {
            int[] run = runs.get(i);
            var written = new Written(fresh, run);
            Row first = fresh.rows().get(run[0]);
            copy.row(13);
            copy.number(first.key().device());
            copy.number(written.measured[0]);
            copy.number(written.measured[run.length - 1]);
            copy.number(first.patient());
            copy.number(written.any);
            copy.number(fresh.sealed().get(run[0]).commitmentBatch());
            written.copy(copy);
            copy.bytes(salts.get(i).secret());
        }
        copy.finish();
    }
}
