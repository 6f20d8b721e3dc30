package org.fieldward.installer.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.LocalDate;
import org.fieldward.installer.part.CoreApi;
import org.fieldward.installer.part.PartException;

/** What a clinician's program asks about one patient's day. */
enum Question {
    FIRST_PAGE("first page") {
        @Override
        String path(CoreApi api, String patient, LocalDate day, int count) {
            return day(patient, day) + "&_count=" + count;
        }
    },
    SECOND_PAGE("second page") {
        @Override
        String path(CoreApi api, String patient, LocalDate day, int count) {
            JsonNode first = api.get(FIRST_PAGE.path(api, patient, day, count));
            for (JsonNode link : first.path("link")) {
                if (link.path("relation").asText().equals("next")) {
                    URI next = URI.create(link.path("url").asText());
                    return next.getRawPath().substring(1) + "?" + next.getRawQuery();
                }
            }
            throw new PartException("the first page of a day has no link to a second");
        }
    },
    COUNT("_summary=count") {
        @Override
        String path(CoreApi api, String patient, LocalDate day, int count) {
            return day(patient, day) + "&_summary=count";
        }
    };

    private final String title;

    Question(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Where to ask it; the way there is not measured. */
    abstract String path(CoreApi api, String patient, LocalDate day, int count);

    private static String day(String patient, LocalDate day) {
        return "fhir/Observation?patient=" + patient + "&date=ge" + day + "T00:00:00Z&date=lt" + day.plusDays(1)
                + "T00:00:00Z";
    }
}
