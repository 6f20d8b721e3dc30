package org.fieldward.core.access.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.fieldward.core.access.Claims;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenID provider, found by its discovery document (OpenID Connect Discovery 1.0). Its keys are kept: a provider that
 * is down keeps nobody out whose token it signed before. Thread-safe.
 */
public final class Provider implements Keys {

    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);

    /** How often it is asked at most, whatever tokens come. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** How old a list of keys may become: a key that the provider took back is then no longer good. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** Where the provider is asked what. */
    private record Found(URI keys, URI authorize, URI token) {}

    private final String issuer;
    private final Fetch fetch;
    private final InstantSource clock;
    private Optional<Found> found = Optional.empty();
    private List<JWK> known = List.of();
    private Instant askedAt = Instant.MIN;
    private Instant heardAt = Instant.MIN;

    public Provider(String issuer, Fetch fetch, InstantSource clock) {
        this.issuer = issuer;
        this.fetch = fetch;
        this.clock = clock;
    }

    public String issuer() {
        return issuer;
    }

    /** Says who a token of this provider stands for. */
    public Reader reader(TokenCheck.Rules rules, ClaimNames names) {
        return new Reader(new TokenCheck(rules, this, clock), names);
    }

    @Override
    public synchronized List<JWK> find(String id) {
        Instant now = clock.instant();
        boolean stale = heardAt.equals(Instant.MIN) || now.isAfter(heardAt.plus(FRESH));
        if ((stale || named(id).isEmpty()) && mayAsk(now)) {
            ask(now);
        }
        return named(id);
    }

    private boolean mayAsk(Instant now) {
        return askedAt.equals(Instant.MIN) || !now.isBefore(askedAt.plus(PAUSE));
    }

    private List<JWK> named(String id) {
        return known.stream()
                .filter(key -> id.isEmpty() || id.equals(key.getKeyID()))
                .toList();
    }

    /** Where a person is sent to sign in; empty where the provider does not answer. */
    synchronized Optional<URI> authorizeAddress() {
        discover();
        return found.map(Found::authorize);
    }

    synchronized Optional<URI> tokenAddress() {
        discover();
        return found.map(Found::token);
    }

    private void ask(Instant now) {
        askedAt = now;
        discover();
        Optional<List<JWK>> fresh =
                found.flatMap(places -> fetch.get(places.keys())).flatMap(Provider::keys);
        if (fresh.isEmpty()) {
            LOG.warn("the keys of access.issuer could not be read: those of before stay good");
            return;
        }
        known = fresh.get();
        heardAt = now;
    }

    private static Optional<List<JWK>> keys(String json) {
        try {
            return Optional.of(JWKSet.parse(json).getKeys().stream()
                    .filter(key -> key.getKeyUse() == null
                            || key.getKeyUse().identifier().equals("sig"))
                    .filter(key -> !key.isPrivate() && key.getKeyType() != com.nimbusds.jose.jwk.KeyType.OCT)
                    .toList());
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private void discover() {
        if (found.isPresent()) {
            return;
        }
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        found = fetch.get(URI.create(base + "/.well-known/openid-configuration"))
                .flatMap(this::places);
        if (found.isEmpty()) {
            LOG.warn("access.issuer did not tell about itself: nobody can sign in there until it does");
        }
    }

    private Optional<Found> places(String json) {
        try {
            Map<String, Object> all = JSONObjectUtils.parse(json);
            // Another's document would make another's keys ours (OpenID Connect Discovery 1.0, 4.3).
            if (!issuer.equals(all.get("issuer"))) {
                return Optional.empty();
            }
            return Optional.of(new Found(
                    place(all, "jwks_uri"), place(all, "authorization_endpoint"), place(all, "token_endpoint")));
        } catch (ParseException | IllegalArgumentException | NullPointerException e) {
            return Optional.empty();
        }
    }

    private static URI place(Map<String, Object> all, String name) {
        URI address = URI.create(Objects.requireNonNull((String) all.get(name)));
        if (!isSafe(address)) {
            throw new IllegalArgumentException(name + " must be https, or on this machine");
        }
        return address;
    }

    /** A key that came in the clear could be anybody's. */
    public static boolean isSafe(URI address) {
        String host = Optional.ofNullable(address.getHost()).orElse("");
        return "https".equals(address.getScheme())
                || ("http".equals(address.getScheme())
                        && List.of("localhost", "127.0.0.1", "[::1]").contains(host));
    }

    /** Reads tokens of one issuer. */
    public static final class Reader {

        private final TokenCheck check;
        private final ClaimNames names;

        private Reader(TokenCheck check, ClaimNames names) {
            this.check = check;
            this.names = names;
        }

        /** What became of a token. */
        public sealed interface Result {
            record Known(Claims claims, Instant until) implements Result {}

            record Refused(String rule) implements Result {}
        }

        public Result read(String token) {
            return switch (check.check(token)) {
                case TokenCheck.Result.Good good -> new Result.Known(names.read(good.claims()), good.until());
                case TokenCheck.Result.Bad bad -> new Result.Refused(bad.rule());
            };
        }
    }
}
