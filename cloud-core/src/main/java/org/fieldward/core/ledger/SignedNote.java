package org.fieldward.core.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A checkpoint or a statement with its signatures, exactly as written. Nothing in it may be used before {@link #open} accepted it.
 *
 * @param text the whole note (<a href="https://c2sp.org/signed-note">c2sp.org/signed-note</a>)
 */
public record SignedNote(String text) {

    static final String DASH = "\u2014 ";

    /** The least a reader must be ready for is 16. */
    private static final int MAX_SIGNATURES = 100;

    /** Returns the checkpoint when a signature by this key is there and right. */
    public Checkpoint open(NoteKey key) {
        Checkpoint checkpoint = Checkpoint.parse(signed(key, "checkpoint"));
        if (!checkpoint.origin().equals(key.name())) {
            throw new LedgerException("the checkpoint is of another log than " + key.name());
        }
        return checkpoint;
    }

    /** Returns the statement when a signature by this key is there and right. */
    public Statement statement(NoteKey key) {
        return Statement.parse(signed(key, "statement"));
    }

    private String signed(NoteKey key, String what) {
        int gap = text.lastIndexOf("\n\n");
        if (gap < 0 || !text.endsWith("\n")) {
            throw new LedgerException("a signed note must have text, an empty line and signatures");
        }
        String signed = text.substring(0, gap + 1);
        List<String> lines = text.substring(gap + 2).lines().toList();
        if (lines.isEmpty() || lines.size() > MAX_SIGNATURES) {
            throw new LedgerException("a signed note must have 1 to 100 signatures, had " + lines.size());
        }
        boolean found = false;
        for (String line : lines) {
            found |= checked(line, signed, key);
        }
        if (!found) {
            throw new LedgerException("the " + what + " is not signed by " + key.name());
        }
        return signed;
    }

    /** Other keys' signatures are passed over, as the format wants; a wrong one by our key refuses the note. */
    private static boolean checked(String line, String signed, NoteKey key) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !line.startsWith(DASH)) {
            throw new LedgerException("a signature line must be a dash, a name and base64");
        }
        byte[] bytes = Base64Text.decode(parts[2]);
        if (!parts[1].equals(key.name()) || bytes.length < 5 || !Arrays.equals(Arrays.copyOf(bytes, 4), key.id())) {
            return false;
        }
        if (!key.verifies(signed.getBytes(StandardCharsets.UTF_8), Arrays.copyOfRange(bytes, 4, bytes.length))) {
            throw new LedgerException("the signature by " + key.name() + " is wrong");
        }
        return true;
    }
}
