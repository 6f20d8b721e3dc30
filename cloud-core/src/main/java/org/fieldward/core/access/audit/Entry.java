package org.fieldward.core.access.audit;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One access, as it is kept for ever.
 *
 * @param agent the subject of a {@link org.fieldward.core.access.Caller}; empty where nobody showed who they are
 * @param roles as tokens spell them
 * @param address whence it came
 * @param what a reference such as {@code Observation/17}, or the route's path where there is none
 * @param patients ids of those whom it was about, as far as the request says
 * @param query as it was asked, where it was a search
 * @param emergency the reason that was given for breaking the glass
 * @param parts of a Bundle of requests; else none
 */
public record Entry(
        Instant at,
        String agent,
        List<String> roles,
        String address,
        Kind kind,
        Outcome outcome,
        String what,
        List<String> patients,
        Optional<String> query,
        Optional<String> emergency,
        List<Part> parts) {

    /**
     * One request of several that came together.
     *
     * @param interaction as FHIR's code system {@code restful-interaction} spells it
     * @param what a reference, a type, or a search as it was asked, such as {@code Patient?name=x}
     * @param status as HTTP has it
     */
    public record Part(String interaction, String what, int status) {

        /** Without what it was about. */
        @Override
        public String toString() {
            return interaction + " " + status;
        }
    }

    /** What was done. */
    public enum Kind {
        CREATE("C"),
        READ("R"),
        VREAD("R"),
        UPDATE("U"),
        PATCH("U"),
        DELETE("D"),
        HISTORY("R"),
        SEARCH("E"),
        OPERATION("E"),
        BATCH("E"),
        EXPORT("R"),
        STREAM("R"),
        SIGN_IN("E"),
        SIGN_OUT("E"),
        PURGE("D");

        private final String action;

        Kind(String action) {
            this.action = action;
        }

        /** FHIR's audit-event-action. */
        public String action() {
            return action;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    /** What became of it; the codes are FHIR's audit-event-outcome. */
    public enum Outcome {
        DONE("0"),
        /** There is no such thing, or the request broke a rule. */
        FAILED("4"),
        /** Whoever asked may not, or did not show who they are. */
        REFUSED("8"),
        BROKEN("12");

        private final String code;

        Outcome(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }

        public static Outcome of(int status) {
            if (status < 400) {
                return DONE;
            }
            if (status == 401 || status == 403 || status == 429) {
                return REFUSED;
            }
            return status < 500 ? FAILED : BROKEN;
        }
    }

    public Entry {
        roles = List.copyOf(roles);
        patients = List.copyOf(patients);
        parts = List.copyOf(parts);
    }

    /** What came alone. */
    public Entry(
            Instant at,
            String agent,
            List<String> roles,
            String address,
            Kind kind,
            Outcome outcome,
            String what,
            List<String> patients,
            Optional<String> query,
            Optional<String> emergency) {
        this(at, agent, roles, address, kind, outcome, what, patients, query, emergency, List.of());
    }

    public Entry with(List<Part> several) {
        return new Entry(at, agent, roles, address, kind, outcome, what, patients, query, emergency, several);
    }

    /** Without what it was about: patients are not for logs. */
    @Override
    public String toString() {
        return kind.text() + " " + outcome + " at " + at;
    }
}
