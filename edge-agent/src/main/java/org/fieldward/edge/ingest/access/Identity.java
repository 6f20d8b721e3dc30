package org.fieldward.edge.ingest.access;

import org.fieldward.proto.reading.DeviceId;

/** Who somebody at the door is, as proven by a certificate or a login. Never taken from a topic or a payload. */
public sealed interface Identity {

    /** Measures. */
    record Device(DeviceId id) implements Identity {}

    /** Shows: a screen or a program in the ward. */
    record Screen(String name) implements Identity {}
}
