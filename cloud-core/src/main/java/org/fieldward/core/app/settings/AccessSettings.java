package org.fieldward.core.app.settings;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.access.person.Sessions;
import org.fieldward.core.access.token.Algorithm;
import org.fieldward.core.access.token.ClaimNames;
import org.fieldward.core.access.token.Provider;

/**
 * Who may come in, and what is kept of it.
 *
 * @param facilityByGateway see {@link org.fieldward.core.access.Territory}
 */
public record AccessSettings(
        Optional<Outside> outside, Sessions.Limits limits, int auditYears, Map<String, String> facilityByGateway) {

    /** A provider elsewhere. */
    public record Outside(
            String issuer,
            String audience,
            Algorithm algorithm,
            Optional<String> clientId,
            ClaimNames claims,
            Duration maxTokenAge) {
        public Outside {
            if (!isSafe(issuer)) {
                throw new IllegalArgumentException(
                        "access.issuer must be https, or on this machine, was '" + issuer + "'");
            }
        }

        private static boolean isSafe(String issuer) {
            try {
                return Provider.isSafe(URI.create(issuer));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    public AccessSettings {
        if (limits.idle().compareTo(Duration.ofMinutes(1)) < 0 || limits.idle().compareTo(Duration.ofHours(12)) > 0) {
            throw new IllegalArgumentException("access.idle must be 1m to 12h, was " + limits.idle());
        }
        if (limits.maxAge().compareTo(limits.idle()) < 0 || limits.maxAge().compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("access.session must be access.idle to 24h, was " + limits.maxAge());
        }
        facilityByGateway = Map.copyOf(facilityByGateway);
    }
}
