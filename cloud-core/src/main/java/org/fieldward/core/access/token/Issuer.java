package org.fieldward.core.access.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.core.access.AccessException;

/** Makes the core's own tokens, and checks them: ES256, for whoever signed in here. Thread-safe. */
public final class Issuer {

    private static final String NAME = "fieldward";
    private static final String SESSION = "sid";
    private static final String TYPE = "at+jwt";

    private final ECKey key;
    private final TokenCheck check;

    /**
     * @param key as {@link #newKey} made it
     * @throws AccessException if it is none
     */
    public Issuer(String key, Duration maxAge, InstantSource clock) {
        try {
            this.key = ECKey.parse(key);
        } catch (ParseException e) {
            throw new AccessException("the key of the core's own tokens must be a private key as JWK");
        }
        JWK shown = this.key.toPublicJWK();
        check = new TokenCheck(
                new TokenCheck.Rules(NAME, NAME, Algorithm.ES256, Set.of(TYPE), maxAge),
                id -> id.equals(shown.getKeyID()) ? List.of(shown) : List.of(),
                clock);
    }

    /** A private key as JWK (RFC 7517). */
    public static String newKey(SecureRandom random) {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyIDFromThumbprint(true)
                    .secureRandom(random)
                    .generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new AccessException("this JDK could not make an ES256 key", e);
        }
    }

    /** @param session its name, not its secret: a token is good while its session is */
    public String issue(String subject, String session, Instant now, Instant until) {
        var claims = new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(NAME)
                .subject(subject)
                .claim(SESSION, session)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(until))
                .build();
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(TYPE))
                .keyID(key.getKeyID())
                .build();
        try {
            var token = new SignedJWT(header, claims);
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AccessException("a token could not be signed", e);
        }
    }

    /** What became of one of our tokens. */
    public sealed interface Result {
        record Good(String session, Instant until) implements Result {}

        record Bad(String rule) implements Result {}
    }

    public Result read(String token) {
        return switch (check.check(token)) {
            case TokenCheck.Result.Good good -> good(good.claims(), good.until());
            case TokenCheck.Result.Bad bad -> new Result.Bad(bad.rule());
        };
    }

    private static Result good(Map<String, Object> claims, Instant until) {
        return claims.get(SESSION) instanceof String session
                ? new Result.Good(session, until)
                : new Result.Bad("the token must name its session");
    }

    /** Whether a token says that it is one of ours; that proves nothing. */
    public static boolean isOurs(String token) {
        try {
            return NAME.equals(SignedJWT.parse(token).getJWTClaimsSet().getIssuer());
        } catch (ParseException e) {
            return false;
        }
    }
}
