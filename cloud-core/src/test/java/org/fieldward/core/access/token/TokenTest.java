package org.fieldward.core.access.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.token.Provider.Reader.Result.Known;
import org.fieldward.core.access.token.Provider.Reader.Result.Refused;
import org.junit.jupiter.api.Test;

final class TokenTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final ClaimNames NAMES = new ClaimNames("realm_access.roles", "facilities", "patient");

    private Instant now = START;
    private final FakeProvider fake = new FakeProvider();
    private final Provider provider = new Provider(FakeProvider.ISSUER, fake, () -> now);
    private final Provider.Reader reader = provider.reader(rules(Algorithm.ES256), NAMES);

    private static TokenCheck.Rules rules(Algorithm algorithm) {
        return new TokenCheck.Rules(
                FakeProvider.ISSUER, "fieldward", algorithm, Set.of("", "jwt", "at+jwt"), Duration.ofHours(1));
    }

    private String signed(JWTClaimsSet.Builder claims) {
        return FakeProvider.sign(fake.key(), claims.build(), header -> header);
    }

    private JWTClaimsSet.Builder claims() {
        return FakeProvider.claims(START);
    }

    @Test
    void a_good_token_tells_subject_roles_and_facilities() {
        Known known = (Known) reader.read(fake.token(START));

        assertThat(known.claims().subject()).isEqualTo("u-17");
        assertThat(known.claims().name()).isEqualTo("Dr Ito");
        assertThat(known.claims().roles()).containsExactly(Role.CLINICIAN);
        assertThat(known.claims().caller().sight()).isEqualTo(Sight.of(Set.of("ward-3")));
        Known one = (Known) reader.read(signed(claims().claim("patient", "p-9")));
        assertThat(one.claims().caller().sight()).isEqualTo(Sight.ofPatient("p-9"));
    }

    @Test
    void none_of_the_tokens_of_the_matrix_is_good() throws Exception {
        var key = fake.key();
        var shared = new MACSigner(java.util.Arrays.copyOf(key.toECPublicKey().getEncoded(), 64));
        var hs256 = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims().build());
        hs256.sign(shared);
        String good = fake.token(START);
        String body = good.substring(0, good.lastIndexOf('.') + 1);
        var attacker = FakeProvider.key("first");
        var bad = new LinkedHashMap<String, String>();
        bad.put("none", new PlainJWT(claims().build()).serialize());
        bad.put("none, cut", body);
        bad.put("HS256 with the public key", hs256.serialize());
        bad.put("expired", signed(claims().expirationTime(Date.from(START.minusSeconds(61)))));
        bad.put("not yet", signed(claims().notBeforeTime(Date.from(START.plusSeconds(61)))));
        bad.put("another audience", signed(claims().audience("another")));
        bad.put("another issuer", signed(claims().issuer("https://id.example/other")));
        bad.put(
                "another type",
                FakeProvider.sign(key, claims().build(), header -> header.type(new JOSEObjectType("logout+jwt"))));
        bad.put(
                "its own keys",
                FakeProvider.sign(
                        attacker,
                        claims().build(),
                        header -> header.jwkURL(URI.create("https://evil.example/keys"))
                                .jwk(attacker.toPublicJWK())));
        bad.put("truncated", good.substring(0, good.length() - 9));
        bad.put("r = s = 0", body + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]));
        bad.put("no signature bytes", body + "AA");
        bad.put("no end", signed(claims().expirationTime(null)));
        bad.put("too old", signed(claims().issueTime(Date.from(START.minusSeconds(4_000)))));
        bad.put("nobody", signed(claims().subject(null)));
        bad.put(
                "a critical extension",
                FakeProvider.sign(
                        key,
                        claims().build(),
                        header -> header.criticalParams(Set.of("exp")).customParam("exp", 1)));
        bad.put("no token", "x");

        assertThat(reader.read(good)).isInstanceOf(Known.class);
        bad.forEach((name, token) -> assertThat(reader.read(token)).as(name).isInstanceOf(Refused.class));
    }

    @Test
    void a_key_that_is_not_known_is_looked_for_but_not_at_every_token() {
        assertThat(reader.read(fake.token(START))).isInstanceOf(Known.class);
        fake.rotate(FakeProvider.key("second"));
        now = now.plusSeconds(1);
        for (int i = 0; i < 50; i++) {
            assertThat(reader.read(fake.token(START))).isInstanceOf(Refused.class);
        }
        assertThat(fake.asked()).isEqualTo(1);
        now = now.plusSeconds(10);

        assertThat(reader.read(fake.token(START))).isInstanceOf(Known.class);
        assertThat(fake.asked()).isEqualTo(2);
    }

    @Test
    void a_provider_that_is_down_keeps_nobody_out_whose_key_is_known() {
        String token = fake.token(START);
        assertThat(reader.read(token)).isInstanceOf(Known.class);
        fake.down(true);
        now = now.plusSeconds(200);

        assertThat(reader.read(token)).isInstanceOf(Known.class);
        var never = new Provider(FakeProvider.ISSUER, fake, () -> now).reader(rules(Algorithm.ES256), NAMES);
        assertThat(never.read(token)).isInstanceOf(Refused.class);
    }

    @Test
    void a_document_that_names_another_issuer_is_not_ours() {
        fake.call("https://id.example/other");

        assertThat(reader.read(fake.token(START))).isInstanceOf(Refused.class);
    }

    @Test
    void rsa_and_edwards_keys_verify_when_they_are_pinned_and_not_when_another_is() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2_048).keyID("r").generate();
        for (JWSAlgorithm name : List.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256)) {
            var token = new SignedJWT(new JWSHeader.Builder(name).keyID("r").build(), claims().build());
            token.sign(new RSASSASigner(rsa));
            Keys keys = id -> new JWKSet(rsa.toPublicJWK()).getKeys();
            assertThat(check(Algorithm.of(name.getName()), keys, token.serialize()))
                    .isTrue();
            assertThat(check(Algorithm.ES256, keys, token.serialize())).isFalse();
        }
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        Keys keys = id -> keys("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}]}");
        String body = part("{\"alg\":\"EdDSA\"}") + "." + part(claims().build().toString());
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(pair.getPrivate());
        signer.update(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] signature = signer.sign();
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        assertThat(check(Algorithm.EDDSA, keys, body + "." + base64.encodeToString(signature)))
                .isTrue();
        signature[3] ^= 1;
        assertThat(check(Algorithm.EDDSA, keys, body + "." + base64.encodeToString(signature)))
                .isFalse();
    }

    private static List<com.nimbusds.jose.jwk.JWK> keys(String json) {
        try {
            return JWKSet.parse(json).getKeys();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private boolean check(Algorithm algorithm, Keys keys, String token) {
        return new TokenCheck(rules(algorithm), keys, () -> now).check(token) instanceof TokenCheck.Result.Good;
    }

    @Test
    void a_sign_in_there_is_bound_to_the_browser_that_began_it_and_good_once() {
        var flow = new CodeFlow(provider, reader, fake, "console", new SecureRandom(), () -> now);
        CodeFlow.Start start = flow.begin("https://core.example/back").orElseThrow();
        assertThat(start.address().toString())
                .startsWith(
                        "https://id.example/authorize?response_type=code&client_id=console&redirect_uri=https%3A%2F%2F")
                .contains("code_challenge_method=S256");
        String code = fake.code(start.address(), fake.token(START));

        assertThat(flow.finish("another", code)).isInstanceOf(Refused.class);
        assertThat(flow.finish(start.state(), code)).isInstanceOf(Known.class);
        assertThat(flow.finish(start.state(), code)).isInstanceOf(Refused.class);
        CodeFlow.Start late = flow.begin("https://core.example/back").orElseThrow();
        String lateCode = fake.code(late.address(), fake.token(START));
        now = now.plusSeconds(601);
        assertThat(flow.finish(late.state(), lateCode)).isInstanceOf(Refused.class);
    }

    @Test
    void a_provider_in_the_clear_is_none() {
        assertThat(Provider.isSafe(URI.create("http://id.example/realm"))).isFalse();
        assertThat(Provider.isSafe(URI.create("http://127.0.0.1:8089/realm"))).isTrue();
        assertThat(Provider.isSafe(URI.create("https://id.example/realm"))).isTrue();
    }
}
