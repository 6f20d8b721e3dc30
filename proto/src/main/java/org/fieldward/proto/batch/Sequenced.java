package org.fieldward.proto.batch;

import org.fieldward.proto.reading.Entry;

/** A record and its place in the buffer. */
public record Sequenced(long sequence, Entry entry) {}
