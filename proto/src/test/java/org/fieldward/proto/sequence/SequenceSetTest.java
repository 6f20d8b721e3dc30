package org.fieldward.proto.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceSetTest {

    @Test
    void ranges_that_touch_or_overlap_become_one() {
        SequenceSet set = SequenceSet.of(
                new SequenceRange(5, 9), new SequenceRange(1, 2), new SequenceRange(3, 3), new SequenceRange(7, 12));

        assertThat(set.ranges()).containsExactly(new SequenceRange(1, 3), new SequenceRange(5, 12));
        assertThat(set.size()).isEqualTo(11);
    }

    @Test
    void it_agrees_with_a_set_of_bits_whatever_is_added_taken_away_or_asked() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            BitSet leftBits = new BitSet();
            BitSet rightBits = new BitSet();
            SequenceSet left = some(random, leftBits);
            SequenceSet right = some(random, rightBits);

            assertThat(bits(left.plus(right))).as("plus, seed " + seed).isEqualTo(with(leftBits, rightBits, 0));
            assertThat(bits(left.minus(right))).as("minus, seed " + seed).isEqualTo(with(leftBits, rightBits, 1));
            assertThat(bits(left.and(right))).as("and, seed " + seed).isEqualTo(with(leftBits, rightBits, 2));
            for (int sequence = 1; sequence < 70; sequence++) {
                assertThat(left.contains(sequence)).isEqualTo(leftBits.get(sequence));
            }
        }
    }

    @Test
    void a_range_must_ascend_from_one() {
        assertThatThrownBy(() -> new SequenceRange(0, 3))
                .hasMessage("range must be 1 <= first <= last < 2^63-1, was 0..3");
        assertThatThrownBy(() -> new SequenceRange(4, 3)).hasMessageContaining("4..3");
        assertThatThrownBy(() -> SequenceRange.of(Long.MAX_VALUE)).hasMessageContaining("range must be");
    }

    private static SequenceSet some(Random random, BitSet bits) {
        var ranges = new ArrayList<SequenceRange>();
        for (int i = random.nextInt(6); i > 0; i--) {
            int first = 1 + random.nextInt(60);
            int last = first + random.nextInt(8);
            ranges.add(new SequenceRange(first, last));
            bits.set(first, last + 1);
        }
        return SequenceSet.of(ranges);
    }

    private static BitSet bits(SequenceSet set) {
        BitSet bits = new BitSet();
        List<SequenceRange> ranges = set.ranges();
        ranges.forEach(range -> bits.set((int) range.first(), (int) range.last() + 1));
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).first()).isGreaterThan(ranges.get(i - 1).last() + 1);
        }
        return bits;
    }

    private static BitSet with(BitSet left, BitSet right, int operation) {
        BitSet result = (BitSet) left.clone();
        switch (operation) {
            case 0 -> result.or(right);
            case 1 -> result.andNot(right);
            default -> result.and(right);
        }
        return result;
    }
}
