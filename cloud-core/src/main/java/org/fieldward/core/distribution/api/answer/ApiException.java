package org.fieldward.core.distribution.api.answer;

/** A request that is answered with an error. The message names field and rule, never a patient's data. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
