package org.fieldward.core.ledger;

import java.util.List;

/**
 * A tree head: how many leaves the log had, and the root over them
 * (<a href="https://c2sp.org/tlog-checkpoint">c2sp.org/tlog-checkpoint</a>).
 *
 * @param origin names the log, such as {@code example.org/ward-log}; no spaces, no plus
 */
public record Checkpoint(String origin, long size, Hash root) {

    public Checkpoint {
        if (size < 0) {
            throw new LedgerException("a checkpoint has no size " + size);
        }
    }

    /** The three lines that are signed, each with its newline. */
    public String text() {
        return origin + "\n" + size + "\n" + root.base64() + "\n";
    }

    /** Reads what {@link #text} writes. Further lines are refused: no log of ours writes them. */
    public static Checkpoint parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() != 3) {
            throw new LedgerException("a checkpoint must have 3 lines, had " + lines.size());
        }
        long size;
        try {
            size = Long.parseLong(lines.get(1));
        } catch (NumberFormatException e) {
            throw new LedgerException("the second line of a checkpoint must be the size of the tree", e);
        }
        var checkpoint = new Checkpoint(lines.get(0), size, Hash.fromBase64(lines.get(2)));
        if (!checkpoint.text().equals(text)) {
            throw new LedgerException("a checkpoint must be spelled in the one way that is signed");
        }
        return checkpoint;
    }
}
