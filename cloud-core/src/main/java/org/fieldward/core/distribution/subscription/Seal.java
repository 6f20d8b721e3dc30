package org.fieldward.core.distribution.subscription;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.fieldward.core.access.Sight;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;

/**
 * Writes into a Subscription what its author may see, so that nobody else can write it or use it for another question or
 * address. Immutable; prints no secret.
 */
public final class Seal {

    /** The extension that holds it. */
    public static final String URL = "https://fieldward.org/fhir/StructureDefinition/subscription-sight";

    private final byte[] key;

    /** @param key 32 secret bytes, the same in every core that shares the database */
    public Seal(byte[] key) {
        this.key = key.clone();
    }

    void write(Subscription subscription, Sight sight) {
        subscription.getExtension().removeIf(extension -> URL.equals(extension.getUrl()));
        String text = text(sight);
        subscription.addExtension(new Extension(URL, new StringType(text + " " + mac(subscription, text))));
    }

    /** What its author might see; empty if nobody sealed it, or it was changed since. */
    Optional<Sight> read(Subscription subscription) {
        List<Extension> found = subscription.getExtensionsByUrl(URL);
        if (found.size() != 1 || !(found.getFirst().getValue() instanceof StringType)) {
            return Optional.empty();
        }
        String[] parts = found.getFirst().getValue().primitiveValue().split(" ", 2);
        boolean whole = parts.length == 2
                && MessageDigest.isEqual(
                        parts[1].getBytes(StandardCharsets.UTF_8),
                        mac(subscription, parts[0]).getBytes(StandardCharsets.UTF_8));
        return whole ? Optional.of(sight(parts[0])) : Optional.empty();
    }

    private String mac(Subscription subscription, String sight) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String filters = subscription.getCriteriaElement().getExtension().stream()
                    .map(extension -> String.valueOf(
                            extension.getValue() == null
                                    ? ""
                                    : extension.getValue().primitiveValue()))
                    .collect(Collectors.joining("\n"));
            String said = String.join(
                    "\n",
                    "subscription",
                    sight,
                    String.valueOf(subscription.getCriteria()),
                    String.valueOf(subscription.getChannel().getEndpoint()),
                    filters);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(said.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static String text(Sight sight) {
        String facilities = sight.facilities()
                .map(names -> names.stream().sorted().map(Seal::encoded).collect(Collectors.joining(",", "=", "")))
                .orElse("*");
        return facilities + ";" + sight.patient().map(Seal::encoded).orElse("*");
    }

    private static Sight sight(String text) {
        String[] parts = text.split(";", 2);
        Optional<Set<String>> facilities = Optional.empty();
        if (!parts[0].equals("*")) {
            var names = new LinkedHashSet<String>();
            for (String name : parts[0].substring(1).split(",")) {
                if (!name.isEmpty()) {
                    names.add(URLDecoder.decode(name, StandardCharsets.UTF_8));
                }
            }
            facilities = Optional.of(names);
        }
        Optional<String> patient = parts[1].equals("*")
                ? Optional.empty()
                : Optional.of(URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        return new Sight(facilities, patient);
    }

    /** {@code *} is not left as it is, since it stands for everything. */
    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("*", "%2A");
    }
}
