package org.fieldward.core.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * That one leaf is in the log, as a file that needs no server
 * (<a href="https://c2sp.org/tlog-proof">c2sp.org/tlog-proof</a>).
 *
 * @param hints what may help to find the checkpoint on a chain; nobody vouches for them
 * @param index of the leaf, counted from 0
 * @param path siblings from the leaf up
 */
public record ProofFile(Optional<String> hints, long index, List<Hash> path, SignedNote checkpoint) {

    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";

    public ProofFile {
        path = List.copyOf(path);
    }

    public String text() {
        var text = new StringBuilder(HEADER).append('\n');
        hints.ifPresent(extra -> text.append(EXTRA)
                .append(Base64Text.encode(extra.getBytes(StandardCharsets.UTF_8)))
                .append('\n'));
        text.append(INDEX).append(index).append('\n');
        path.forEach(hash -> text.append(hash.base64()).append('\n'));
        return text.append('\n').append(checkpoint.text()).toString();
    }

    /** Reads what {@link #text} writes and refuses every other spelling. */
    public static ProofFile parse(String text) {
        int gap = text.indexOf("\n\n");
        if (gap < 0) {
            throw new LedgerException("a proof file must have an empty line before its checkpoint");
        }
        var lines = new ArrayList<>(text.substring(0, gap).lines().toList());
        if (!lines.removeFirst().equals(HEADER)) {
            throw new LedgerException("a proof file must start with " + HEADER);
        }
        Optional<String> hints = Optional.empty();
        if (!lines.isEmpty() && lines.getFirst().startsWith(EXTRA)) {
            byte[] extra = Base64Text.decode(lines.removeFirst().substring(EXTRA.length()));
            hints = Optional.of(new String(extra, StandardCharsets.UTF_8));
        }
        if (lines.isEmpty() || !lines.getFirst().startsWith(INDEX)) {
            throw new LedgerException("a proof file must name the index of its leaf");
        }
        long index = index(lines.removeFirst().substring(INDEX.length()));
        var path = lines.stream().map(Hash::fromBase64).toList();
        var file = new ProofFile(hints, index, path, new SignedNote(text.substring(gap + 2)));
        if (!file.text().equals(text)) {
            throw new LedgerException("a proof file must be spelled in the one way it is written");
        }
        return file;
    }

    private static long index(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new LedgerException("the index in a proof file must be a whole number", e);
        }
    }
}
