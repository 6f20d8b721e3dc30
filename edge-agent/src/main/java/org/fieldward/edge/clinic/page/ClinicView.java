package org.fieldward.edge.clinic.page;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.fieldward.edge.centre.Roster;
import org.fieldward.edge.clinic.DeviceView;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceId;

/**
 * All that the page shows.
 *
 * @param devices in the natural order of their names
 * @param alarms active ones
 */
public record ClinicView(
        GatewayFacts gateway,
        List<DeviceView> devices,
        Collection<AlarmChange> alarms,
        Map<DeviceId, Rejects.OfDevice> rejects,
        Roster roster) {

    public ClinicView {
        devices = List.copyOf(devices);
        alarms = List.copyOf(alarms);
        rejects = Map.copyOf(rejects);
    }
}
