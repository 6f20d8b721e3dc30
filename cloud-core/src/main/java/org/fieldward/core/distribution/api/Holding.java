package org.fieldward.core.distribution.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.observation.quarantine.Quarantine;

/** What of the quarantine and of the gaps somebody may see. */
final class Holding {

    private static final int PAGE = 1_000;

    /** How many pages are counted for somebody who sees a part: the whole is counted by the store. */
    private static final int COUNTED_PAGES = 5;

    private final Quarantine quarantine;
    private final Gaps gaps;
    private final Territory territory;

    Holding(Views views, Territory territory) {
        quarantine = views.quarantine();
        gaps = views.gaps();
        this.territory = territory;
    }

    /** For a part: of the oldest 5,000 that are held. */
    Map<String, Long> counts(Sight sight) {
        if (sight.isEverything()) {
            return quarantine.counts();
        }
        var counts = new TreeMap<String, Long>();
        long after = 0;
        for (int page = 0; page < COUNTED_PAGES; page++) {
            List<Quarantine.Held> some = quarantine.held(Optional.empty(), after, PAGE);
            some.stream().filter(held -> sees(held, sight)).forEach(held -> counts.merge(held.reason(), 1L, Long::sum));
            if (some.size() < PAGE) {
                break;
            }
            after = some.getLast().number();
        }
        return counts;
    }

    List<Quarantine.Held> held(Optional<String> reason, long after, int limit, Sight sight) {
        if (sight.isEverything()) {
            return quarantine.held(reason, after, limit);
        }
        var seen = new ArrayList<Quarantine.Held>();
        long from = after;
        while (true) {
            List<Quarantine.Held> some = quarantine.held(reason, from, PAGE);
            for (Quarantine.Held held : some) {
                if (sees(held, sight)) {
                    seen.add(held);
                    if (seen.size() == limit) {
                        return seen;
                    }
                }
            }
            if (some.size() < PAGE) {
                return seen;
            }
            from = some.getLast().number();
        }
    }

    /** What comes of no device that is known may be anybody's. */
    private boolean sees(Quarantine.Held held, Sight sight) {
        return held.device()
                .filter(device -> territory.seesDevice(sight, device))
                .isPresent();
    }

    List<Gaps.Stored> gaps(Gaps.Query query, Sight sight) {
        if (sight.isEverything()) {
            return gaps.find(query);
        }
        var seen = new ArrayList<Gaps.Stored>();
        long from = query.afterNumber();
        while (true) {
            List<Gaps.Stored> some = gaps.find(new Gaps.Query(query.device(), query.from(), query.until(), from, PAGE));
            for (Gaps.Stored gap : some) {
                if (territory.seesGateway(sight, gap.record().getGateway())) {
                    seen.add(gap);
                    if (seen.size() == query.limit()) {
                        return seen;
                    }
                }
            }
            if (some.size() < PAGE) {
                return seen;
            }
            from = some.getLast().number();
        }
    }
}
