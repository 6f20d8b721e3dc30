package org.fieldward.core.access.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An OpenID provider without a network: discovery, keys, and codes bound to a challenge. */
public final class FakeProvider implements Fetch {

    public static final String ISSUER = "https://id.example/realm";

    private final List<ECKey> keys = new ArrayList<>();
    private final Map<String, String> challengeByCode = new HashMap<>();
    private Optional<String> token = Optional.empty();
    private boolean down;
    private String named = ISSUER;
    private int asked;

    public FakeProvider() {
        keys.add(key("first"));
    }

    static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    ECKey key() {
        return keys.getLast();
    }

    void rotate(ECKey fresh) {
        keys.clear();
        keys.add(fresh);
    }

    void down(boolean isDown) {
        down = isDown;
    }

    void call(String issuer) {
        named = issuer;
    }

    /** How often the keys were asked for. */
    int asked() {
        return asked;
    }

    /** A person signed in there, and the browser comes back with this code. */
    public String code(URI authorize, String accessToken) {
        String code = "code-" + challengeByCode.size();
        challengeByCode.put(code, parameter(authorize, "code_challenge"));
        token = Optional.of(accessToken);
        return code;
    }

    public static String parameter(URI address, String name) {
        for (String pair : address.getRawQuery().split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        throw new IllegalArgumentException(name);
    }

    public static JWTClaimsSet.Builder claims(Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience("fieldward")
                .subject("u-17")
                .claim("name", "Dr Ito")
                .claim("realm_access", Map.of("roles", List.of("clinician", "offline_access")))
                .claim("facilities", List.of("ward-3"))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    public String token(Instant now) {
        return sign(key(), claims(now).build(), header -> header);
    }

    static String sign(ECKey key, JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> more) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .type(JOSEObjectType.JWT)
                    .keyID(key.getKeyID());
            var token = new SignedJWT(more.apply(header).build(), claims);
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<String> get(URI address) {
        if (down) {
            return Optional.empty();
        }
        return switch (address.getPath()) {
            case "/realm/.well-known/openid-configuration" ->
                Optional.of("{\"issuer\":\"" + named + "\",\"jwks_uri\":\"https://id.example/keys\","
                        + "\"authorization_endpoint\":\"https://id.example/authorize\","
                        + "\"token_endpoint\":\"https://id.example/token\"}");
            case "/keys" -> {
                asked++;
                yield Optional.of(new JWKSet(List.copyOf(keys)).toString(true));
            }
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<String> post(URI address, Map<String, String> form) {
        String wanted = challengeByCode.remove(form.getOrDefault("code", ""));
        return wanted != null && wanted.equals(challenge(form.getOrDefault("code_verifier", "")))
                ? token.map(value -> "{\"access_token\":\"" + value + "\",\"token_type\":\"Bearer\"}")
                : Optional.empty();
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
