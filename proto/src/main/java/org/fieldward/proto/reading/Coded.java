package org.fieldward.proto.reading;

import java.util.Optional;

/** Something with a row in a catalogue of ours. Numbers are unique over both catalogues and are never reused. */
public sealed interface Coded permits Parameter, WaveformKind {

    /** On the wire, in stored records and in the ids of Observations. */
    int number();

    /** Our own short name. */
    String key();

    String name();

    /** 11073-10101 code as a 32-bit number, empty where there is none. */
    Optional<Integer> mdc();
}
