package org.fieldward.core.alert;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who is told of what, and of what nobody answers. Sets that are empty mean any.
 *
 * @param criteria a search that resources must meet as they are written; empty: the rule is about alarms, unless critical
 * @param critical about laboratory results that are HH, LL or AA
 * @param from of the day where the gateway stands; with {@code until} before it, over midnight
 * @param levels the first is told at once, each next when nobody acknowledged for its time
 * @param repeat how often the last level is told again; empty: once
 * @param quiet how long the same, once over, may come back without another message
 */
public record Rule(
        String name,
        Set<String> priorities,
        Set<String> kinds,
        Set<String> parameters,
        Set<String> gateways,
        Set<String> places,
        Set<String> facilities,
        Optional<String> criteria,
        boolean critical,
        Optional<LocalTime> from,
        Optional<LocalTime> until,
        List<Level> levels,
        Optional<Duration> repeat,
        Duration quiet) {

    /** @param after how long the level before may stay without an answer; nothing for the first */
    public record Level(List<String> mail, List<String> webhooks, Duration after) {
        public Level {
            mail = List.copyOf(mail);
            webhooks = List.copyOf(webhooks);
        }
    }

    public Rule {
        priorities = Set.copyOf(priorities);
        kinds = Set.copyOf(kinds);
        parameters = Set.copyOf(parameters);
        gateways = Set.copyOf(gateways);
        places = Set.copyOf(places);
        facilities = Set.copyOf(facilities);
        levels = List.copyOf(levels);
    }

    boolean isAboutAlarms() {
        return criteria.isEmpty() && !critical;
    }

    /** @param localTime where it happened */
    boolean meets(Sign sign, LocalTime localTime) {
        return (priorities.isEmpty() || priorities.contains(sign.priority()))
                && (kinds.isEmpty() || kinds.contains(sign.kind()))
                && (parameters.isEmpty()
                        || sign.parameter().filter(parameters::contains).isPresent())
                && (gateways.isEmpty() || gateways.contains(sign.gateway()))
                && (places.isEmpty() || places.contains(sign.place()))
                && (facilities.isEmpty() || sign.facilities().stream().anyMatch(facilities::contains))
                && isTime(localTime);
    }

    private boolean isTime(LocalTime now) {
        LocalTime start = from.orElse(LocalTime.MIN);
        LocalTime end = until.orElse(LocalTime.MAX);
        boolean begun = !now.isBefore(start);
        boolean over = !now.isBefore(end);
        return start.isAfter(end) ? begun || !over : begun && !over;
    }

    /** How long after a level was told the next thing is due; empty: nothing is. */
    Optional<Duration> next(int level) {
        return level < levels.size() ? Optional.of(levels.get(level).after()) : repeat;
    }
}
