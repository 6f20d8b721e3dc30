package org.fieldward.core.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The files of the central station's page, read once from beside this class. Immutable. */
public final class Assets {

    /**
     * One file.
     *
     * @param path below the root, e.g. {@code /console.js}
     * @param version changes when the content does
     */
    public static final class Asset {
        private final String path;
        private final String type;
        private final byte[] content;
        private final String version;

        private Asset(String path, String type, byte[] content) {
            this.path = path;
            this.type = type;
            this.content = content;
            this.version = HexFormat.of().formatHex(sha256(content), 0, 8);
        }

        public String path() {
            return path;
        }

        public String type() {
            return type;
        }

        public String version() {
            return version;
        }

        public byte[] content() {
            return content.clone();
        }
    }

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> FILES = List.of(
            "index.html",
            "console.css",
            "console.js",
            "stream.js",
            "session.js",
            "sign-in.html",
            "sign-in.css",
            "sign-in.js",
            "ward.js",
            "card.js",
            "age.js",
            "icon.svg",
            "completeness.html",
            "completeness.css",
            "completeness.js");

    private final Map<String, Asset> byPath;

    public Assets() {
        byPath = FILES.stream().map(Assets::read).collect(Collectors.toUnmodifiableMap(Asset::path, asset -> asset));
    }

    /** {@code /} is the page itself. */
    public Optional<Asset> find(String path) {
        return Optional.ofNullable(byPath.get(path.equals("/") ? "/index.html" : path));
    }

    private static Asset read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            String ending = name.substring(name.lastIndexOf('.') + 1);
            String type = TYPES.get(ending);
            if (type == null) {
                throw new IllegalStateException("no media type is known for " + name);
            }
            return new Asset("/" + name, type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + name, e);
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
