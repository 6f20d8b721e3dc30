package org.fieldward.edge.alarm;

import org.fieldward.proto.reading.Entry;

/** What the alarms are judged by. */
sealed interface AlarmEvent {

    /** An entry became durable. */
    record Stored(Entry entry) implements AlarmEvent {}

    /** Time passed. */
    record Tick() implements AlarmEvent {}

    /** @param percent of its quota that the buffer uses; 100 also if the disk itself is full */
    record Disk(long percent) implements AlarmEvent {}

    /** @param moving true while the core confirms, or nothing waits for it */
    record Link(boolean moving) implements AlarmEvent {}
}
