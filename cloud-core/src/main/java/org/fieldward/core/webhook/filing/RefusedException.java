package org.fieldward.core.webhook.filing;

/** A message is refused. Says where and which rule, never what stood there. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** It cannot be read at all. */
        UNREADABLE,
        /** It can be read, and is against a rule. */
        AGAINST_RULES,
        /** Somebody else changed the same at the same time; again may help. */
        BUSY
    }

    private final Reason reason;
    private final String place;
    private final String rule;
    private final String told;

    public RefusedException(Reason reason, String place, String rule) {
        this(reason, place, rule, rule);
    }

    /** @param told to the sender alone, who knows the content anyway; may quote it */
    public RefusedException(Reason reason, String place, String rule, String told) {
        super(place + " " + rule);
        this.told = told;
        this.reason = reason;
        this.place = place;
        this.rule = rule;
    }

    public Reason reason() {
        return reason;
    }

    public String place() {
        return place;
    }

    /** The rule for the sender's eyes only. */
    public String told() {
        return told;
    }

    public String rule() {
        return rule;
    }
}
