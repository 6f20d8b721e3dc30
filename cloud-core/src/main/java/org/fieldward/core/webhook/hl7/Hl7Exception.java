package org.fieldward.core.webhook.hl7;

/** A message that cannot be read. Says where and what the rule is, never what stood there. */
public final class Hl7Exception extends Exception {

    private static final long serialVersionUID = 1;

    private final String place;

    /** @param place such as {@code MSH-2} or {@code segment 5} */
    public Hl7Exception(String place, String rule) {
        super(place + " " + rule);
        this.place = place;
    }

    public String place() {
        return place;
    }

    /** What is asked of the place. */
    public String rule() {
        return String.valueOf(getMessage()).substring(place.length() + 1);
    }
}
