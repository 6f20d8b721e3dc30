package org.fieldward.core.webhook.hl7;

/** What separates the parts of a message, as its own MSH-1 and MSH-2 say. */
record Delimiters(char field, char component, char repetition, char escape, char subcomponent) {

    /** Reads them of the first segment, where short or missing ones have their usual meaning. */
    static Delimiters of(String header) throws Hl7Exception {
        char field = header.charAt(3);
        if (Character.isLetterOrDigit(field) || Character.isWhitespace(field) || Character.isSurrogate(field)) {
            throw new Hl7Exception("MSH-1", "must be a separator, neither letter, digit nor space");
        }
        int end = header.indexOf(field, 4);
        String encoding = header.substring(4, end < 0 ? header.length() : end);
        if (encoding.isEmpty() || encoding.length() > 5) {
            throw new Hl7Exception("MSH-2", "must be 1 to 5 encoding characters");
        }
        var made = new Delimiters(
                field, encoding.charAt(0), at(encoding, 1, '~'), at(encoding, 2, '\\'), at(encoding, 3, '&'));
        made.check();
        return made;
    }

    private static char at(String encoding, int index, char usual) {
        return index < encoding.length() ? encoding.charAt(index) : usual;
    }

    private void check() throws Hl7Exception {
        String all = "" + field + component + repetition + escape + subcomponent;
        if (all.chars().distinct().count() != all.length() || all.chars().anyMatch(Character::isLetterOrDigit)) {
            throw new Hl7Exception("MSH-2", "must be characters that differ, neither letters nor digits");
        }
    }
}
