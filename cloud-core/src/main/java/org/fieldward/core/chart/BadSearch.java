package org.fieldward.core.chart;

/** A search that cannot be understood or is not served. The message names parameter and rule, and repeats no value. */
public final class BadSearch extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String parameter;

    /** @param rule what the parameter must be, as the end of a sentence that begins with its name */
    public BadSearch(String parameter, String rule) {
        super(parameter + " " + rule);
        this.parameter = parameter;
    }

    public String parameter() {
        return parameter;
    }
}
