package org.fieldward.edge.ingest.access;

import org.fieldward.proto.reading.DeviceId;

/** Who somebody at the door is, as proven by a certificate or a login. Never taken from a topic or a payload. */
public sealed interface Identity {

    /** The account's or the certificate's. */
    String name();

    /** Measures. */
    record Device(DeviceId id) implements Identity {
        @Override
        public String name() {
            return id.name();
        }
    }

    /** Shows: a screen or a program in the ward. */
    record Screen(String name) implements Identity {}

    /** A person of the ward: sees what a screen shows, and records what happened to patients. */
    record Staff(String name) implements Identity {}

    /** Shows, and tells devices what to do: a person or a program with the right to. */
    record Operator(String name) implements Identity {}
}
