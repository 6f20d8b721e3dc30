package org.fieldward.core.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldward.core.ledger.TileStore.Tile;
import org.fieldward.proto.tree.HashSource;
import org.fieldward.proto.tree.HashTree;
import org.fieldward.proto.tree.TreeHasher;

/**
 * The hash tree of a log, kept in tiles: an append rewrites at most one part-filled tile per level, a proof reads at most
 * two per level. Not thread-safe: make one per use.
 */
public final class TileTree implements HashSource {

    private static final int TILE_LEVELS = 8;
    private static final int HASH_BYTES = TreeHasher.HASH_BYTES;

    private final TileStore store;
    private final TreeHasher hasher = new TreeHasher();

    public TileTree(TileStore store) {
        this.store = store;
    }

    /**
     * Appends one leaf per entry. Nothing is safe until the store is.
     *
     * @param size how many leaves there are already
     * @param entries 32 bytes each, one after the other
     * @return how many leaves there are now
     */
    public long append(long size, byte[] entries) {
        if (entries.length % HASH_BYTES != 0) {
            throw new LedgerException("entries must be 32 bytes each, were " + entries.length + " together");
        }
        var leaves = new byte[entries.length];
        for (int at = 0; at < entries.length; at += HASH_BYTES) {
            byte[] leaf = hasher.leaf(Arrays.copyOfRange(entries, at, at + HASH_BYTES));
            System.arraycopy(leaf, 0, leaves, at, HASH_BYTES);
        }
        grow(0, size, leaves);
        return size + entries.length / HASH_BYTES;
    }

    public Hash root(long size) {
        return Hash.of(new HashTree(this).root(size));
    }

    public List<Hash> inclusion(long index, long size) {
        return hashes(new HashTree(this).inclusion(index, size));
    }

    public List<Hash> consistency(long first, long second) {
        return hashes(new HashTree(this).consistency(first, second));
    }

    @Override
    public byte[] hash(int level, long index) {
        int withinTile = level % TILE_LEVELS;
        long first = index << withinTile;
        byte[] tile = tile(level / TILE_LEVELS, first / TileStore.WIDTH);
        int from = (int) (first % TileStore.WIDTH);
        int until = from + (1 << withinTile);
        if (tile.length < until * HASH_BYTES) {
            throw new LedgerException("the log has no complete subtree " + index + " at level " + level);
        }
        return subtree(tile, from, until);
    }

    /** Adds hashes to one level, and the roots of the tiles that became full to the level above. */
    private void grow(int level, long count, byte[] hashes) {
        var full = new ArrayList<byte[]>();
        long at = count;
        int taken = 0;
        while (taken < hashes.length) {
            int filled = (int) (at % TileStore.WIDTH);
            int room = Math.min((TileStore.WIDTH - filled) * HASH_BYTES, hashes.length - taken);
            var name = new Tile(level, at / TileStore.WIDTH);
            byte[] before = filled == 0 ? new byte[0] : tile(level, name.index());
            if (before.length != filled * HASH_BYTES) {
                throw new LedgerException("tile " + name.path(TileStore.WIDTH) + " holds " + before.length / HASH_BYTES
                        + " hashes, the log says " + filled);
            }
            byte[] tile = Arrays.copyOf(before, before.length + room);
            System.arraycopy(hashes, taken, tile, before.length, room);
            store.write(name, tile);
            if (tile.length == TileStore.WIDTH * HASH_BYTES) {
                full.add(subtree(tile, 0, TileStore.WIDTH));
            }
            taken += room;
            at += room / HASH_BYTES;
        }
        if (!full.isEmpty()) {
            grow(level + 1, count / TileStore.WIDTH, joined(full));
        }
    }

    private byte[] tile(int level, long index) {
        var name = new Tile(level, index);
        return store.read(name).orElseThrow(() -> new LedgerException("the log lacks " + name.path(TileStore.WIDTH)));
    }

    private byte[] subtree(byte[] tile, int from, int until) {
        if (until - from == 1) {
            return Arrays.copyOfRange(tile, from * HASH_BYTES, until * HASH_BYTES);
        }
        int middle = (from + until) >>> 1;
        return hasher.node(subtree(tile, from, middle), subtree(tile, middle, until));
    }

    private static byte[] joined(List<byte[]> hashes) {
        var all = new byte[hashes.size() * HASH_BYTES];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i), 0, all, i * HASH_BYTES, HASH_BYTES);
        }
        return all;
    }

    private static List<Hash> hashes(List<byte[]> bytes) {
        return bytes.stream().map(Hash::of).toList();
    }
}
