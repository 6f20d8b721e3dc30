package org.fieldward.core.distribution.search;

/** A search that cannot be answered as it was asked. The message names the parameter and the rule, never its value. */
public final class SearchException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String parameter;

    public SearchException(String parameter, String rule) {
        super(parameter + ": " + rule);
        this.parameter = parameter;
    }

    public String parameter() {
        return parameter;
    }
}
