package org.fieldward.proto.reading;

import java.util.Optional;

/**
 * Why there is no number. The codes are those of HL7's data-absent-reason
 * (http://terminology.hl7.org/CodeSystem/data-absent-reason). The number is on the wire and in stored records.
 */
public enum AbsentReason {
    UNKNOWN(1, "unknown"),
    /** The sensor is not on the patient: monitors say so with a zero. */
    NOT_PERFORMED(2, "not-performed"),
    ERROR(3, "error"),
    NOT_A_NUMBER(4, "not-a-number"),
    POSITIVE_INFINITY(5, "positive-infinity"),
    NEGATIVE_INFINITY(6, "negative-infinity"),
    TEMP_UNKNOWN(7, "temp-unknown"),
    UNSUPPORTED(8, "unsupported");

    private final int number;
    private final String code;

    AbsentReason(int number, String code) {
        this.number = number;
        this.code = code;
    }

    public int number() {
        return number;
    }

    public String code() {
        return code;
    }

    public static AbsentReason of(int number) {
        for (AbsentReason reason : values()) {
            if (reason.number == number) {
                return reason;
            }
        }
        throw new IllegalArgumentException("absent reason must be 1 to 8, was " + number);
    }

    public static Optional<AbsentReason> ofCode(String code) {
        for (AbsentReason reason : values()) {
            if (reason.code.equals(code)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
