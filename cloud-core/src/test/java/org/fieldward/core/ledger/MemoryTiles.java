package org.fieldward.core.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Tiles in a map. */
final class MemoryTiles implements TileStore {

    final Map<Tile, byte[]> tiles = new HashMap<>();

    @Override
    public Optional<byte[]> read(Tile tile) {
        return Optional.ofNullable(tiles.get(tile)).map(byte[]::clone);
    }

    @Override
    public void write(Tile tile, byte[] hashes) {
        tiles.put(tile, hashes.clone());
    }
}
