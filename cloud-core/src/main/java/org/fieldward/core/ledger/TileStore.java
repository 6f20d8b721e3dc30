package org.fieldward.core.ledger;

import java.util.Locale;
import java.util.Optional;

/**
 * Keeps the tiles of a log. A tile is 1 to 256 hashes, 32 bytes each, one after the other; it only ever grows at its end,
 * so a reader that asks for fewer hashes may be given more.
 */
public interface TileStore {

    int WIDTH = 256;

    /**
     * Names a tile (<a href="https://c2sp.org/tlog-tiles">c2sp.org/tlog-tiles</a>).
     *
     * @param level 0 for leaf hashes; each hash of a level above is the root of one full tile of the level below
     * @param index counted from 0
     */
    record Tile(int level, long index) {
        public Tile {
            if (level < 0 || level > 7 || index < 0) {
                throw new LedgerException("no tile has level " + level + " and index " + index);
            }
        }

        /**
         * Where the tile stands below the prefix of a tiled log, such as {@code tile/0/x001/x234/067.p/5}.
         *
         * @param width how many hashes it holds, 1 to 256
         */
        public String path(int width) {
            var groups = new StringBuilder(three(index % 1000));
            for (long rest = index / 1000; rest > 0; rest /= 1000) {
                groups.insert(0, "x" + three(rest % 1000) + "/");
            }
            // Only the last group goes without an x; the groups before it were given theirs above.
            return "tile/" + level + "/" + groups + (width == WIDTH ? "" : ".p/" + width);
        }

        private static String three(long number) {
            return String.format(Locale.ROOT, "%03d", number);
        }
    }

    Optional<byte[]> read(Tile tile);

    /** Replaces a narrower version of the same tile. */
    void write(Tile tile, byte[] hashes);
}
