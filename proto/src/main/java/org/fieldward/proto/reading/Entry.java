package org.fieldward.proto.reading;

/** Anything the gateway keeps until the core has it. One entry has one sequence number. */
public sealed interface Entry permits Reading, AlarmChange, DeviceStatus, Waveform, Gap, Document {

    DeviceId device();

    Stamp stamp();

    Lane lane();
}
