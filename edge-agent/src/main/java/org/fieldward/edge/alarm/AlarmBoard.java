package org.fieldward.edge.alarm;

import org.fieldward.proto.reading.AlarmChange;

/** Where the ward sees alarms; must not block. */
@FunctionalInterface
public interface AlarmBoard {

    void show(AlarmChange change);
}
