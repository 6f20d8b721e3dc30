package org.fieldward.edge.buffer;

/** Why a payload went to quarantine. A closed set: it is a metric label and part of the command line's output. */
public enum RejectReason {
    /** Not the format that the topic announces. */
    UNREADABLE,
    /** Well formed, but a required field is missing. */
    MISSING_FIELD,
    /** A field holds something its rule forbids. */
    INVALID_FIELD,
    /** The catalogue has no such parameter. */
    UNKNOWN_CODE,
    /** The parameter does not allow this unit. */
    WRONG_UNIT,
    /** Larger than the door allows. */
    TOO_LARGE,
    /** Says what a Sparkplug birth would explain, and there was none. */
    NO_BIRTH,
    /** No parser for this topic. */
    UNKNOWN_FORMAT
}
