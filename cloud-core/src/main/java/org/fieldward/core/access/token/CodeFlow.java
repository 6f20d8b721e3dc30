package org.fieldward.core.access.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Signing in at a provider: authorization code with PKCE (RFC 6749 4.1, RFC 7636, RFC 9700), as a public client. What was
 * begun is remembered for ten minutes. Thread-safe.
 */
public final class CodeFlow {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MAX_WAITING = 1_000;
    private static final int SECRET_BYTES = 32;

    private final Provider provider;
    private final Provider.Reader reader;
    private final Fetch fetch;
    private final String clientId;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Map<String, Begun> waiting = new LinkedHashMap<>();

    private record Begun(String verifier, String back, Instant until) {}

    /**
     * A sign-in that began.
     *
     * @param state a secret that the same browser must show again
     */
    public record Start(URI address, String state) {
        @Override
        public String toString() {
            return "***";
        }
    }

    public CodeFlow(
            Provider provider,
            Provider.Reader reader,
            Fetch fetch,
            String clientId,
            SecureRandom random,
            InstantSource clock) {
        this.provider = provider;
        this.reader = reader;
        this.fetch = fetch;
        this.clientId = clientId;
        this.random = random;
        this.clock = clock;
    }

    /**
     * Where to send the browser.
     *
     * @param back our own address, as it is registered at the provider
     * @return empty while the provider does not answer
     */
    public Optional<Start> begin(String back) {
        Optional<URI> authorize = provider.authorizeAddress();
        if (authorize.isEmpty()) {
            return Optional.empty();
        }
        String state = secret();
        String verifier = secret();
        Instant now = clock.instant();
        synchronized (waiting) {
            waiting.values().removeIf(begun -> begun.until().isBefore(now));
            if (waiting.size() >= MAX_WAITING) {
                return Optional.empty();
            }
            waiting.put(state, new Begun(verifier, back, now.plus(PATIENCE)));
        }
        String query = "response_type=code&client_id=" + HttpFetch.encode(clientId) + "&redirect_uri="
                + HttpFetch.encode(back) + "&scope=" + HttpFetch.encode("openid profile") + "&state=" + state
                + "&code_challenge=" + challenge(verifier) + "&code_challenge_method=S256";
        String base = authorize.get().toString();
        return Optional.of(new Start(URI.create(base + (base.contains("?") ? "&" : "?") + query), state));
    }

    /** Once for each state, and only while it is remembered. */
    public Provider.Reader.Result finish(String state, String code) {
        Optional<Begun> begun;
        synchronized (waiting) {
            begun = Optional.ofNullable(waiting.remove(state));
        }
        Optional<URI> address = provider.tokenAddress();
        if (begun.isEmpty() || begun.get().until().isBefore(clock.instant()) || address.isEmpty()) {
            return new Provider.Reader.Result.Refused("the sign-in took too long: begin again");
        }
        Optional<String> token = fetch.post(
                        address.get(),
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "code",
                                code,
                                "redirect_uri",
                                begun.get().back(),
                                "client_id",
                                clientId,
                                "code_verifier",
                                begun.get().verifier()))
                .flatMap(CodeFlow::accessToken);
        return token.map(reader::read)
                .orElseGet(() -> new Provider.Reader.Result.Refused("the provider gave no token for this sign-in"));
    }

    private static Optional<String> accessToken(String json) {
        try {
            return Optional.ofNullable(JSONObjectUtils.getString(JSONObjectUtils.parse(json), "access_token"));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
