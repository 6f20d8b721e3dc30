package org.fieldward.core.distribution.subscription;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.core.access.Doorkeeper;

/**
 * What binds a WebSocket to Subscriptions. A token holds, sealed, what its caller showed: so who is bound is asked anew
 * while they are, by any core that shares the key, and nothing has to be remembered. Immutable.
 */
public final class BindingTokens {

    /** From when it was given until it must be used. */
    static final Duration LIFE = Duration.ofMinutes(1);

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param ids of Subscriptions */
    record Bound(Doorkeeper.Shown shown, List<String> ids) {
        Bound {
            ids = List.copyOf(ids);
        }
    }

    /** Prints no secret. */
    record Token(String text, Instant until) {
        @Override
        public String toString() {
            return "*** until " + until;
        }
    }

    private final byte[] key;
    private final RandomGenerator random;
    private final InstantSource clock;

    /**
     * @param key 32 secret bytes, the same in every core that shares the database
     * @param random must not be guessable
     */
    public BindingTokens(byte[] key, RandomGenerator random, InstantSource clock) {
        this.key = own(key);
        this.random = random;
        this.clock = clock;
    }

    /** The same key seals what an author may see, by other means. */
    private static byte[] own(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal("binding tokens".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    Token issue(Bound bound) {
        Instant until = clock.instant().plus(LIFE);
        ObjectNode json = JSON.createObjectNode().put("until", until.toEpochMilli());
        bound.shown().authorization().ifPresent(header -> json.put("authorization", header));
        bound.shown().session().ifPresent(session -> json.put("session", session));
        bound.ids().forEach(json.putArray("ids")::add);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(JSON.writeValueAsBytes(json));
            byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
            System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
            return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(whole), until);
        } catch (GeneralSecurityException | JsonProcessingException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** Empty if it is none of ours, or over. */
    Optional<Bound> read(String token) {
        try {
            byte[] whole = Base64.getUrlDecoder().decode(token);
            if (whole.length <= NONCE_BYTES) {
                return Optional.empty();
            }
            byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
            JsonNode json = JSON.readTree(
                    cipher(Cipher.DECRYPT_MODE, nonce).doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES));
            if (!clock.instant()
                    .isBefore(Instant.ofEpochMilli(json.path("until").asLong()))) {
                return Optional.empty();
            }
            var ids = new ArrayList<String>();
            json.path("ids").forEach(id -> ids.add(id.asText()));
            return Optional.of(
                    new Bound(new Doorkeeper.Shown(text(json, "authorization"), text(json, "session")), ids));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field).asText("")).filter(text -> !text.isEmpty());
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
