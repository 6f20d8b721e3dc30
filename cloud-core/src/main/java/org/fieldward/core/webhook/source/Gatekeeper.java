package org.fieldward.core.webhook.source;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.core.webhook.source.Proof.Secret;

/**
 * Decides whether a request shows what its source must show. Everything is computed whatever was wrong before, so that
 * neither the answer nor its time tells what it was. Pure.
 */
public final class Gatekeeper {

    /** How far a signed time may be from ours. */
    public static final Duration TOLERANCE = Duration.ofSeconds(300);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
    private static final Pattern SIGNATURE = Pattern.compile("(?:sha256=)?([0-9A-Fa-f]{64})");
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z_.:-]{1,128}");

    private Gatekeeper() {}

    /** What came of it. */
    public sealed interface Answer {

        /** @param signature to be remembered, so that it counts once; of a signed request only */
        record Known(Optional<String> signature) implements Answer {}

        record Unknown() implements Answer {}
    }

    public static Answer judge(Source source, Shown shown, Instant now) {
        boolean known = !source.proofs().isEmpty();
        Optional<String> signature = Optional.empty();
        for (Proof proof : source.proofs()) {
            known &= switch (proof) {
                case Proof.Bearer bearer -> isOne(bearer.tokens(), credentials(shown, "bearer "));
                case Proof.Basic basic -> isOne(basic.logins(), decoded(credentials(shown, "basic ")));
                case Proof.Hmac hmac -> isSigned(hmac.keys(), shown, now);
                case Proof.Certificate certificate -> isNamed(certificate.names(), shown);
            };
            if (proof instanceof Proof.Hmac) {
                signature = shown.signature().map(Gatekeeper::digits);
            }
        }
        return known ? new Answer.Known(signature) : new Answer.Unknown();
    }

    private static String credentials(Shown shown, String scheme) {
        return shown.authorization()
                .filter(header -> header.regionMatches(true, 0, scheme, 0, scheme.length()))
                .map(header -> header.substring(scheme.length()).strip())
                .orElse("");
    }

    private static String decoded(String credentials) {
        try {
            return new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static boolean isOne(List<Secret> secrets, String said) {
        boolean found = false;
        for (Secret secret : secrets) {
            found |= Proof.isSame(secret.reveal(), said);
        }
        return found;
    }

    private static boolean isNamed(List<String> names, Shown shown) {
        boolean found = false;
        for (String name : names) {
            found |= shown.certificate()
                    .filter(seen -> Proof.isSame(name, seen.fingerprint())
                            || !seen.subject().isEmpty() && Proof.isSame(name, seen.subject()))
                    .isPresent();
        }
        return found;
    }

    private static boolean isSigned(List<Secret> keys, Shown shown, Instant now) {
        String timestamp = shown.timestamp().orElse("");
        boolean timely = SECONDS.matcher(timestamp).matches()
                && Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                                .abs()
                                .compareTo(TOLERANCE)
                        <= 0;
        boolean named = shown.id().map(id -> ID.matcher(id).matches()).orElse(true);
        byte[] said = HexFormat.of()
                .parseHex(shown.signature().map(Gatekeeper::digits).orElse("00"));
        boolean signed = false;
        for (Secret key : keys) {
            signed |= MessageDigest.isEqual(sign(key, timestamp, shown), said);
        }
        return timely & named & signed;
    }

    private static String digits(String signature) {
        var matcher = SIGNATURE.matcher(signature.strip());
        return matcher.matches() ? matcher.group(1).toLowerCase(java.util.Locale.ROOT) : "00";
    }

    /** HMAC-SHA256 over the time, a dot, the id and a dot where there is an id, and the body. */
    static byte[] sign(Secret key, String timestamp, Shown shown) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String before = timestamp + "." + shown.id().map(id -> id + ".").orElse("");
            mac.update(before.getBytes(StandardCharsets.UTF_8));
            mac.update(shown.body().asReadOnlyByteBuffer());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
