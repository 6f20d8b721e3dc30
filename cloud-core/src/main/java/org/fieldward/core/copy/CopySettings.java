package org.fieldward.core.copy;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Which copies are kept; by default none.
 *
 * @param redis {@code redis://} or {@code rediss://}
 * @param documents {@code jdbc:postgresql://}
 */
public record CopySettings(Optional<Place> redis, Optional<Place> documents, Duration verifyEvery) {

    /** Never printed. */
    public record Password(String reveal) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** @param url without a login, since it is printed */
    public record Place(String url, Optional<String> user, Optional<Password> password) {}

    public CopySettings {
        redis.ifPresent(CopySettings::checkRedis);
        documents.ifPresent(CopySettings::checkDocuments);
        if (verifyEvery.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("copy.verify-every must be at least 1m, was " + verifyEvery);
        }
    }

    private static void checkRedis(Place place) {
        URI url;
        try {
            url = URI.create(place.url());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("copy.redis-url must be redis://HOST:PORT/NUMBER or rediss://...");
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "copy.redis-url must hold no login, copy.redis-user and copy.redis-password-file do");
        }
        boolean known = "redis".equals(url.getScheme()) || "rediss".equals(url.getScheme());
        String path = Optional.ofNullable(url.getPath()).orElse("");
        if (!known || url.getHost() == null || !path.matches("/?|/[0-9]{1,4}")) {
            throw new IllegalArgumentException(
                    "copy.redis-url must be redis://HOST:PORT/NUMBER or rediss://..., was '" + place.url() + "'");
        }
    }

    private static void checkDocuments(Place place) {
        if (!place.url().startsWith("jdbc:postgresql://")) {
            throw new IllegalArgumentException("copy.document-url must begin with jdbc:postgresql://");
        }
        if (place.url().matches("(?i).*[?&](user|password)=.*") || place.url().contains("@")) {
            throw new IllegalArgumentException(
                    "copy.document-url must hold no login, copy.document-user and copy.document-password-file do");
        }
    }
}
