package org.fieldward.core.distribution.observe;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.search.ObservationPages.Place;
import org.fieldward.proto.reading.DeviceId;

/**
 * Where a search of both stands.
 *
 * @param reading the last Observation of a reading that was served
 * @param page the place of the page of the store that was being served from; empty for its first
 * @param last the id of the last stored one of that page that was served
 * @param served how many of that page were served
 * @param readingsDone there is no reading behind it
 * @param storedDone there is no stored one behind it
 */
record MergedPlace(
        Optional<String> reading,
        Optional<String> page,
        Optional<String> last,
        int served,
        boolean readingsDone,
        boolean storedDone) {

    static final MergedPlace START =
            new MergedPlace(Optional.empty(), Optional.empty(), Optional.empty(), 0, false, false);

    MergedPlace withReading(Place place) {
        String text = place.device() + " " + place.measuredAt() + " " + place.parameter();
        return new MergedPlace(Optional.of(text), page, last, served, readingsDone, storedDone);
    }

    MergedPlace withPage(String next) {
        return new MergedPlace(reading, Optional.of(next), Optional.empty(), 0, readingsDone, storedDone);
    }

    MergedPlace withVersion(String id) {
        return new MergedPlace(reading, page, Optional.of(id), served + 1, readingsDone, storedDone);
    }

    MergedPlace done(boolean readings, boolean stored) {
        return new MergedPlace(reading, page, last, served, readings, stored);
    }

    /** What of the page was not served; where the last one has gone from it meanwhile, by how many were. */
    List<Version> behind(List<Version> matches) {
        if (last.isEmpty()) {
            return matches;
        }
        for (int i = 0; i < matches.size(); i++) {
            if (matches.get(i).key().id().equals(last.get())) {
                return matches.subList(i + 1, matches.size());
            }
        }
        return matches.subList(Math.min(served - 1, matches.size()), matches.size());
    }

    String write() {
        return reading.orElse("") + "\t" + page.orElse("") + "\t" + last.orElse("") + "\t" + served + "\t"
                + (readingsDone ? "r" : "") + (storedDone ? "s" : "");
    }

    /** Reads what {@link #write} wrote. */
    static MergedPlace read(String text) {
        String[] part = text.split("\t", 5);
        return new MergedPlace(
                some(part[0]),
                some(part[1]),
                some(part[2]),
                Integer.parseInt(part[3]),
                part[4].contains("r"),
                part[4].contains("s"));
    }

    static Place reading(String text) {
        String[] word = text.split(" ", 3);
        return new Place(new DeviceId(word[0]), Instant.parse(word[1]), Integer.parseInt(word[2]));
    }

    private static Optional<String> some(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
