package org.fieldward.edge.clinic.page;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The files of the page, read once from beside this class. Immutable. */
final class Assets {

    /** @param path below the root */
    record Asset(String path, String type, ByteString content) {}

    private static final String TEXT = "; charset=utf-8";

    private static final List<String> FILES = List.of(
            "index.html", "clinic.css", "clinic.js", "tile.js", "devices.js", "record.js", "words.js", "icon.svg");

    private final Map<String, Asset> byPath =
            FILES.stream().map(Assets::read).collect(Collectors.toUnmodifiableMap(Asset::path, asset -> asset));

    Optional<Asset> find(String path) {
        return Optional.ofNullable(byPath.get(path.equals("/") ? "/index.html" : path));
    }

    private static Asset read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + name);
            }
            return new Asset("/" + name, type(name.substring(name.lastIndexOf('.') + 1)), ByteString.readFrom(in));
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + name, e);
        }
    }

    private static String type(String ending) {
        return switch (ending) {
            case "html" -> "text/html" + TEXT;
            case "css" -> "text/css" + TEXT;
            case "js" -> "text/javascript" + TEXT;
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException("no media type is known for ." + ending);
        };
    }
}
