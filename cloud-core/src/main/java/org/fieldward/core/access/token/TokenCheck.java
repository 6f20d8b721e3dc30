package org.fieldward.core.access.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks a signed token (RFC 7519) as RFC 8725 asks: one algorithm, keys of the issuer's own list alone, and every claim
 * about whom and when it is for. What the header says of keys ({@code jku}, {@code x5u}, {@code jwk}) is never followed.
 * Thread-safe.
 */
public final class TokenCheck {

    private static final int MAX_LENGTH = 8_192;
    private static final Duration SKEW = Duration.ofSeconds(60);

    /**
     * What a token must be.
     *
     * @param types that its header may name, in lower case; the empty one lets a header name none (RFC 9068, 2.1)
     * @param maxAge since it was issued
     */
    public record Rules(String issuer, String audience, Algorithm algorithm, Set<String> types, Duration maxAge) {
        public Rules {
            types = Set.copyOf(types);
        }
    }

    /** What became of a token. */
    public sealed interface Result {
        record Good(Map<String, Object> claims, Instant until) implements Result {}

        record Bad(String rule) implements Result {}
    }

    private final Rules rules;
    private final Keys keys;
    private final InstantSource clock;

    TokenCheck(Rules rules, Keys keys, InstantSource clock) {
        this.rules = rules;
        this.keys = keys;
        this.clock = clock;
    }

    public Result check(String token) {
        if (token.length() > MAX_LENGTH) {
            return bad("a token must be at most " + MAX_LENGTH + " characters");
        }
        try {
            SignedJWT signed = SignedJWT.parse(token);
            return judgeHeader(signed.getHeader())
                    .or(() -> isSigned(signed)
                            ? Optional.empty()
                            : Optional.of("the token's signature must be the issuer's"))
                    .map(TokenCheck::bad)
                    .orElseGet(() -> judgeClaims(signed));
        } catch (ParseException e) {
            return bad("a token must be a signed JWT");
        }
    }

    private Optional<String> judgeHeader(JWSHeader header) {
        if (!rules.algorithm().is(header.getAlgorithm())) {
            return Optional.of(
                    "the token's algorithm must be " + rules.algorithm().text());
        }
        String type = header.getType() == null ? "" : header.getType().getType().toLowerCase(java.util.Locale.ROOT);
        if (!rules.types().contains(type)) {
            return Optional.of("the token's type must be one of an access token");
        }
        return header.getCriticalParams() == null || header.getCriticalParams().isEmpty()
                ? Optional.empty()
                : Optional.of("the token asks for an extension that is not known here");
    }

    private boolean isSigned(SignedJWT signed) {
        String id = signed.getHeader().getKeyID();
        return keys.find(id == null ? "" : id).stream()
                .anyMatch(key -> rules.algorithm().verifies(signed, key));
    }

    private Result judgeClaims(SignedJWT signed) {
        JWTClaimsSet claims;
        try {
            claims = signed.getJWTClaimsSet();
        } catch (ParseException e) {
            return bad("a token's claims must be JSON");
        }
        Instant now = clock.instant();
        if (!rules.issuer().equals(claims.getIssuer())) {
            return bad("the token's iss must be the issuer that is set here");
        }
        if (!claims.getAudience().contains(rules.audience())) {
            return bad("the token's aud must name this core");
        }
        if (claims.getSubject() == null || claims.getSubject().isEmpty()) {
            return bad("the token must have a sub");
        }
        Date end = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        if (end == null || issued == null) {
            return bad("the token must have exp and iat");
        }
        Instant until = earlier(end.toInstant(), issued.toInstant().plus(rules.maxAge()));
        if (!now.isBefore(until.plus(SKEW))) {
            return bad("the token is no longer good");
        }
        Instant begin = claims.getNotBeforeTime() == null
                ? issued.toInstant()
                : later(issued.toInstant(), claims.getNotBeforeTime().toInstant());
        if (now.isBefore(begin.minus(SKEW))) {
            return bad("the token is not good yet");
        }
        return new Result.Good(claims.getClaims(), until.plus(SKEW));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    private static Result bad(String rule) {
        return new Result.Bad(rule);
    }
}
