package org.fieldward.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.fieldward.core.ledger.TileStore.Tile;
import org.fieldward.proto.tree.HashTree;
import org.fieldward.proto.tree.ProofCheck;
import org.fieldward.proto.tree.TreeHasher;
import org.junit.jupiter.api.Test;

class TileTreeTest {

    private static final long SEED = 20261121;

    private final MemoryTiles tiles = new MemoryTiles();
    private final TileTree tree = new TileTree(tiles);
    private final Random random = new Random(SEED);
    private final List<byte[]> leaves = new ArrayList<>();

    @Test
    void appends_of_any_size_give_the_roots_of_the_plain_tree() {
        long size = 0;
        for (int round = 0; round < 60; round++) {
            size = append(size, random.nextInt(round % 10 == 0 ? 1000 : 40));
            assertThat(tree.root(size))
                    .as("seed %d, size %d", SEED, size)
                    .isEqualTo(Hash.of(HashTree.of(leaves).root(size)));
        }
    }

    @Test
    void every_leaf_is_proven_under_the_newest_and_under_earlier_sizes() {
        long size = append(0, 700);
        for (long then : new long[] {1, 2, 255, 256, 257, 511, 512, 513, 700}) {
            byte[] root = tree.root(then).bytes();
            for (int index = 0; index < then; index++) {
                assertThat(ProofCheck.inclusion(
                                leaves.get(index), index, then, bytes(tree.inclusion(index, then)), root))
                        .as("leaf %d of %d", index, then)
                        .isTrue();
            }
            assertThat(ProofCheck.consistency(
                            then, root, size, tree.root(size).bytes(), bytes(tree.consistency(then, size))))
                    .as("from %d to %d", then, size)
                    .isTrue();
        }
    }

    @Test
    void tiles_are_laid_out_as_the_format_says() {
        append(0, 70_000);

        assertThat(widths(0)).hasSize(274).endsWith(256, 112);
        assertThat(widths(1)).containsExactly(256, 17);
        assertThat(widths(2)).containsExactly(1);
        assertThat(tiles.tiles.keySet()).noneMatch(tile -> tile.level() > 2);
    }

    @Test
    void a_tile_has_the_path_that_the_format_gives_it() {
        assertThat(new Tile(0, 1_234_067).path(256)).isEqualTo("tile/0/x001/x234/067");
        assertThat(new Tile(1, 5).path(17)).isEqualTo("tile/1/005.p/17");
        assertThat(new Tile(0, 1_000).path(256)).isEqualTo("tile/0/x001/000");
    }

    @Test
    void a_log_whose_tiles_do_not_fit_its_size_is_refused() {
        append(0, 10);

        assertThatThrownBy(() -> tree.append(9, new byte[32]))
                .isInstanceOf(LedgerException.class)
                .hasMessage("tile tile/0/000 holds 10 hashes, the log says 9");
        assertThatThrownBy(() -> tree.root(11)).isInstanceOf(LedgerException.class);
    }

    private long append(long size, int count) {
        var entries = new byte[count * 32];
        random.nextBytes(entries);
        var hasher = new TreeHasher();
        for (int i = 0; i < count; i++) {
            leaves.add(hasher.leaf(Arrays.copyOfRange(entries, i * 32, (i + 1) * 32)));
        }
        return tree.append(size, entries);
    }

    private List<Integer> widths(int level) {
        return tiles.tiles.entrySet().stream()
                .filter(entry -> entry.getKey().level() == level)
                .sorted((a, b) -> Long.compare(a.getKey().index(), b.getKey().index()))
                .map(entry -> entry.getValue().length / 32)
                .collect(Collectors.toList());
    }

    private static List<byte[]> bytes(List<Hash> hashes) {
        return hashes.stream().map(Hash::bytes).toList();
    }
}
