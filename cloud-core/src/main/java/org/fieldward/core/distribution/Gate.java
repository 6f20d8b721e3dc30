package org.fieldward.core.distribution;

import java.util.Optional;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.FhirRequest;
import org.fieldward.core.access.Routes;

/** Decides whether whoever makes a request may make it. */
final class Gate {

    sealed interface Decision {
        /** @param caller always there, but for what anyone may ask */
        record Enter(Optional<Caller> caller) implements Decision {}

        record Refuse(int status, String rule) implements Decision {}
    }

    private static final String FHIR = "/fhir";

    private final Doorkeeper doorkeeper;

    Gate(Doorkeeper doorkeeper) {
        this.doorkeeper = doorkeeper;
    }

    Decision judge(String method, String path, Routes.Match match, Doorkeeper.Shown shown) {
        if (match.route().isForAnyone()) {
            return new Decision.Enter(Optional.empty());
        }
        return switch (doorkeeper.who(shown)) {
            case Doorkeeper.Answer.Unknown unknown -> new Decision.Refuse(401, unknown.rule());
            case Doorkeeper.Answer.Known known -> judge(method, path, match, known.caller());
        };
    }

    private static Decision judge(String method, String path, Routes.Match match, Caller caller) {
        if (!caller.isAny(match.route().roles())) {
            return new Decision.Refuse(403, "none of your roles may do this");
        }
        if (!path.equals(FHIR) && !path.startsWith(FHIR + "/")) {
            return new Decision.Enter(Optional.of(caller));
        }
        Optional<FhirRequest> asked = FhirRequest.of(method, path.substring(FHIR.length()));
        if (asked.isEmpty()) {
            return new Decision.Refuse(404, "this is nothing that FHIR knows");
        }
        return Access.may(caller, asked.get().interaction(), asked.get().type())
                ? new Decision.Enter(Optional.of(caller))
                : new Decision.Refuse(403, "none of your roles may do this with that type");
    }
}
