package org.fieldward.proto.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.proto.batch.BatchStream.Opener;
import org.fieldward.proto.batch.BatchStream.Packer;
import org.fieldward.proto.batch.BatchStream.Piece;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchStreamTest {

    private static List<ByteString> batches(int records, int count) {
        return batches(30, records, count);
    }

    private static List<ByteString> batches(int devices, int records, int count) {
        List<Sequenced> all = new Ward(3).steady(devices, records * count);
        var batches = new ArrayList<ByteString>();
        for (int i = 0; i < count; i++) {
            batches.add(ByteString.copyFrom(BatchCodec.encode(all.subList(i * records, (i + 1) * records))));
        }
        return batches;
    }

    @Test
    void what_goes_in_comes_out_batch_by_batch() {
        try (var packer = new Packer();
                var opener = new Opener()) {
            for (int records : new int[] {1, 7, 1, 1000, 30}) {
                for (ByteString batch : batches(records, 5)) {
                    ByteString opened = opener.open(packer.pack(batch));

                    assertThat(BatchCodec.decode(opened.toByteArray()))
                            .isEqualTo(BatchCodec.decode(batch.toByteArray()));
                }
            }
        }
    }

    /** Beside each: the most a reading may cost, above what was measured, and what it costs packed by itself. */
    @ParameterizedTest
    @CsvSource({
        "30, 1, 32, 80",
        "30, 10, 9, 19",
        "30, 30, 7, 13",
        "30, 100, 6, 5",
        "300, 100, 4.2, 8",
        "300, 1000, 2.8, 3.3"
    })
    void batches_cost_little_behind_others_like_them(int devices, int records, double most, double alone) {
        List<ByteString> batches = batches(devices, records, Math.clamp(6000 / records, 16, 200));
        int taught = batches.size() / 4;
        long streamed = 0;
        long single = 0;
        try (var packer = new Packer()) {
            for (int i = 0; i < batches.size(); i++) {
                long bytes = packer.pack(batches.get(i)).bytes().size();
                // The first ones teach it the ward.
                if (i >= taught) {
                    streamed += bytes;
                    single += batches.get(i).size();
                }
            }
        }
        double told = (batches.size() - taught) * (double) records;
        System.out.printf(
                "%d devices, batches of %d: %.2f bytes a reading packed alone, %.2f in a stream%n",
                devices, records, single / told, streamed / told);
        assertThat(streamed / told).isLessThan(most);
        assertThat(single / told).isGreaterThan(alone);
    }

    @Test
    void a_batch_goes_in_the_stream_where_that_makes_it_smaller() {
        assertThat(BatchStream.suits(batches(30, 200, 1).getFirst(), 200)).isTrue();
        assertThat(BatchStream.suits(batches(300, 1000, 1).getFirst(), 1000)).isTrue();
        // So many readings of each device stand in it that it needs no other.
        assertThat(BatchStream.suits(batches(30, 1000, 1).getFirst(), 1000)).isFalse();
        assertThat(BatchStream.suits(batches(300, 4000, 1).getFirst(), 4000)).isFalse();
    }

    @Test
    void a_piece_that_is_lost_repeated_changed_or_of_another_session_never_becomes_a_batch() {
        List<ByteString> batches = batches(5, 20);
        List<Piece> pieces;
        try (var packer = new Packer()) {
            pieces = batches.stream().map(packer::pack).toList();
        }
        refused(pieces.subList(0, 5), pieces.get(6));
        refused(pieces.subList(0, 5), pieces.get(4));
        refused(List.of(), pieces.get(3));
        Piece good = pieces.get(5);
        for (int i = 0; i < good.bytes().size(); i++) {
            byte[] changed = good.bytes().toByteArray();
            changed[i] ^= 4;
            refused(pieces.subList(0, 5), new Piece(ByteString.copyFrom(changed), good.size(), good.check()));
        }
        refused(pieces.subList(0, 5), new Piece(good.bytes().substring(0, 9), good.size(), good.check()));
        refused(pieces.subList(0, 5), new Piece(good.bytes(), good.size() + 1, good.check()));
        refused(pieces.subList(0, 5), new Piece(good.bytes(), Integer.MAX_VALUE, good.check()));
        refused(pieces.subList(0, 5), new Piece(good.bytes(), -1, good.check()));
        refused(pieces.subList(0, 5), new Piece(ByteString.EMPTY, good.size(), good.check()));
    }

    private static void refused(List<Piece> before, Piece bad) {
        try (var opener = new Opener()) {
            before.forEach(opener::open);
            assertThatThrownBy(() -> opener.open(bad)).isInstanceOf(BatchException.class);
        }
    }
}
