package org.fieldward.core.completeness;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.core.observation.tally.Tallies;

/**
 * The time zones that days are counted in. A facility is known by the gateway that stands in it.
 *
 * @param zones by gateway; whoever is not named has UTC
 */
public record Facilities(Map<String, ZoneId> zones) {

    private static final Instant OUR_TIME = Instant.parse("2020-01-01T00:00:00Z");

    public Facilities {
        zones = Map.copyOf(zones);
    }

    /**
     * Reads {@code facility.zones}.
     *
     * @param entries {@code GATEWAY=ZONE} each
     */
    public static Facilities parse(List<String> entries) {
        var zones = new TreeMap<String, ZoneId>();
        for (String entry : entries) {
            String[] parts = entry.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank()) {
                throw new IllegalArgumentException(
                        "facility.zones must be GATEWAY=ZONE separated by commas, was '" + entry + "'");
            }
            zones.put(parts[0].strip(), zone(parts[1].strip()));
        }
        return new Facilities(zones);
    }

    private static ZoneId zone(String name) {
        try {
            ZoneId zone = ZoneId.of(name);
            // Of our time: a hundred years ago many were minutes and seconds away.
            int seconds = zone.getRules().getStandardOffset(OUR_TIME).getTotalSeconds();
            if (seconds % Tallies.QUARTER.toSeconds() == 0) {
                return zone;
            }
        } catch (DateTimeException e) {
            // Said below, like one that is no whole number of quarters of an hour away.
        }
        throw new IllegalArgumentException("facility.zones must name zones such as Africa/Nairobi, was '" + name + "'");
    }

    /** The zone of a facility; UTC where none is named. */
    public ZoneId zoneOf(String facility) {
        return zones.getOrDefault(facility, ZoneOffset.UTC);
    }

    Optional<ZoneId> zone(Optional<String> gateway) {
        return gateway.flatMap(name -> Optional.ofNullable(zones.get(name)));
    }

    /** The newest day that has begun anywhere. */
    public LocalDate today(Instant now) {
        LocalDate newest = LocalDate.ofInstant(now, ZoneOffset.UTC);
        for (ZoneId zone : zones.values()) {
            LocalDate day = LocalDate.ofInstant(now, zone);
            newest = day.isAfter(newest) ? day : newest;
        }
        return newest;
    }
}
