package org.fieldward.core.distribution.entry;

import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.FhirRequest;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.route.Routes;

/** Decides whether whoever makes a request may make it. */
public final class Gate {

    /**
     * A clinician's word that one patient's life is at stake ({@code Purpose: emergency}).
     *
     * @param patient the header {@code Purpose-Patient}
     * @param reason the header {@code Purpose-Reason}
     */
    public record Plea(String patient, String reason) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** What a request is, for this decision. */
    public record Asked(String method, String path, Routes.Match match, Doorkeeper.Shown shown, Optional<Plea> plea) {}

    public sealed interface Decision {
        /**
         * @param caller always there, but for what anyone may ask
         * @param fhir what is asked, if it is FHIR
         * @param emergency the reason, if the glass was broken
         */
        record Enter(Optional<Caller> caller, Optional<FhirRequest> fhir, Optional<String> emergency)
                implements Decision {}

        /** @param caller if they are known */
        record Refuse(int status, String rule, Optional<Caller> caller) implements Decision {}
    }

    private static final String FHIR = "/fhir";
    private static final int MIN_REASON = 10;
    private static final int MAX_REASON = 500;

    private final Doorkeeper doorkeeper;

    public Gate(Doorkeeper doorkeeper) {
        this.doorkeeper = doorkeeper;
    }

    public Decision judge(Asked asked) {
        if (asked.match().route().isForAnyone()) {
            return new Decision.Enter(Optional.empty(), Optional.empty(), Optional.empty());
        }
        return switch (doorkeeper.who(asked.shown())) {
            case Doorkeeper.Answer.Unknown unknown -> new Decision.Refuse(401, unknown.rule(), Optional.empty());
            case Doorkeeper.Answer.Known known ->
                asked.plea().isEmpty()
                        ? judge(asked, known.caller(), Optional.empty())
                        : breakGlass(asked, known, asked.plea().get());
        };
    }

    /** Who it is now that made a request before, with what they may do and see by now; empty if nobody, or another. */
    public Optional<Caller> now(Asked asked, Caller before) {
        return judge(asked) instanceof Decision.Enter enter
                ? enter.caller().filter(caller -> caller.subject().equals(before.subject()))
                : Optional.empty();
    }

    private static Decision breakGlass(Asked asked, Doorkeeper.Answer.Known known, Plea plea) {
        Optional<Caller> who = Optional.of(known.caller());
        if (!known.caller().isAny(Set.of(Role.CLINICIAN))) {
            return new Decision.Refuse(403, "only a clinician may break the glass", who);
        }
        if (plea.patient().isBlank()
                || plea.reason().length() < MIN_REASON
                || plea.reason().length() > MAX_REASON) {
            return new Decision.Refuse(
                    400,
                    "Purpose: emergency needs Purpose-Patient and a Purpose-Reason of " + MIN_REASON + " to "
                            + MAX_REASON + " characters",
                    who);
        }
        var caller = new Caller(
                known.caller().subject(),
                known.caller().name(),
                Set.of(Role.CLINICIAN),
                Sight.ofPatient(plea.patient()));
        return judge(asked, caller, Optional.of(plea.reason()));
    }

    private static Decision judge(Asked asked, Caller caller, Optional<String> emergency) {
        Optional<Caller> who = Optional.of(caller);
        if (!caller.isAny(asked.match().route().roles())) {
            return new Decision.Refuse(403, "none of your roles may do this", who);
        }
        String path = asked.path();
        if (!path.equals(FHIR) && !path.startsWith(FHIR + "/")) {
            return new Decision.Enter(who, Optional.empty(), emergency);
        }
        Optional<FhirRequest> fhir = FhirRequest.of(asked.method(), path.substring(FHIR.length()));
        if (fhir.isEmpty()) {
            return new Decision.Refuse(404, "this is nothing that FHIR knows", who);
        }
        return Access.may(caller, fhir.get().interaction(), fhir.get().type())
                ? new Decision.Enter(who, fhir, emergency)
                : new Decision.Refuse(403, "none of your roles may do this with that type", who);
    }
}
