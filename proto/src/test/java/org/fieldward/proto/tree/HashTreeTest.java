package org.fieldward.proto.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashTreeTest {

    private static final int LEAVES = 70;

    private final TreeHasher hasher = new TreeHasher();
    private final List<byte[]> leaves = IntStream.range(0, LEAVES)
            .mapToObj(i -> hasher.leaf(("entry " + i).getBytes(StandardCharsets.UTF_8)))
            .toList();
    private final HashTree tree = HashTree.of(leaves);

    @Test
    void the_empty_tree_has_the_hash_of_nothing_as_its_root() {
        assertThat(HexFormat.of().formatHex(HashTree.of(List.of()).root(0)))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void a_root_is_the_same_as_by_the_definition() {
        for (int size = 1; size <= LEAVES; size++) {
            assertThat(tree.root(size)).isEqualTo(byDefinition(leaves.subList(0, size)));
        }
    }

    @Test
    void every_leaf_of_every_size_can_be_proven_included_and_only_there() {
        for (int size = 1; size <= LEAVES; size++) {
            byte[] root = tree.root(size);
            for (int index = 0; index < size; index++) {
                List<byte[]> proof = tree.inclusion(index, size);
                assertThat(ProofCheck.inclusion(leaves.get(index), index, size, proof, root))
                        .isTrue();
                int other = (index + 1) % size;
                assertThat(ProofCheck.inclusion(leaves.get(index), other, size, proof, root))
                        .isEqualTo(other == index);
            }
        }
    }

    @Test
    void every_size_can_be_proven_to_continue_every_earlier_one() {
        for (int second = 1; second <= LEAVES; second++) {
            for (int first = 1; first <= second; first++) {
                List<byte[]> proof = tree.consistency(first, second);
                assertThat(ProofCheck.consistency(first, tree.root(first), second, tree.root(second), proof))
                        .isTrue();
            }
        }
    }

    @Test
    void a_tree_with_one_changed_leaf_does_not_continue_the_old_one() {
        var changed = new ArrayList<>(leaves);
        changed.set(3, hasher.leaf("another entry".getBytes(StandardCharsets.UTF_8)));
        var other = HashTree.of(changed);

        assertThat(ProofCheck.consistency(9, tree.root(9), LEAVES, other.root(LEAVES), other.consistency(9, LEAVES)))
                .isFalse();
    }

    @Test
    void a_leaf_outside_the_tree_has_no_proof() {
        assertThatThrownBy(() -> tree.inclusion(5, 5)).hasMessage("leaf 5 is not in a tree of 5");
        assertThatThrownBy(() -> tree.consistency(0, 5)).hasMessage("nothing leads from size 0 to size 5");
    }

    private byte[] byDefinition(List<byte[]> hashes) {
        if (hashes.size() == 1) {
            return hashes.getFirst();
        }
        int cut = Integer.highestOneBit(hashes.size() - 1);
        return hasher.node(byDefinition(hashes.subList(0, cut)), byDefinition(hashes.subList(cut, hashes.size())));
    }
}
