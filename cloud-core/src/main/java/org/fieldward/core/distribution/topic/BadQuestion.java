package org.fieldward.core.distribution.topic;

/** Somebody asks to be told of what cannot be asked for. The message says the rule and may be shown to them. */
public final class BadQuestion extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    public BadQuestion(String message) {
        super(message);
    }
}
