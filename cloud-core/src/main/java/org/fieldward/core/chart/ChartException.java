package org.fieldward.core.chart;

/** The store of resources failed. The message holds no content. */
public final class ChartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ChartException(String message, Throwable cause) {
        super(message, cause);
    }
}
