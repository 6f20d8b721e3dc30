package org.fieldward.core.ledger;

/**
 * What a core says about its log, to be signed with the log's key.
 *
 * @param kind what it is, such as {@code fieldward-completeness/v1}
 * @param body one line of JSON
 */
public record Statement(String kind, String body) {

    public Statement {
        if (kind.isEmpty() || kind.contains("\n") || body.isEmpty() || body.contains("\n")) {
            throw new LedgerException("a statement must be a line that says its kind, and one line more");
        }
    }

    /** The two lines that are signed, each with its newline. */
    public String text() {
        return kind + "\n" + body + "\n";
    }

    /** Reads what {@link #text} writes. */
    static Statement parse(String text) {
        int first = text.indexOf('\n');
        int second = text.indexOf('\n', first + 1);
        if (first < 0 || second != text.length() - 1) {
            throw new LedgerException("a statement must have 2 lines");
        }
        return new Statement(text.substring(0, first), text.substring(first + 1, second));
    }
}
