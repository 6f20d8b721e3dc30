package org.fieldward.core.webhook.source;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.webhook.source.Proof.Secret;
import org.fieldward.core.webhook.source.Source.Format;

/** Reads the properties file of sources: {@code source.NAME.KEY = VALUE}. Secrets stand in files that it names. */
public final class SourcesFile {

    private static final Pattern ENTRY = Pattern.compile("source\\.([a-z0-9-]{1,40})\\.([a-zA-Z0-9_.^&-]+)");
    private static final Set<String> KEYS = new TreeSet<>(Set.of(
            "facilities",
            "format",
            "mapping",
            "bearer-file",
            "basic-file",
            "hmac-file",
            "certificate-fingerprint",
            "certificate-subject",
            "per-minute",
            "zone",
            "sender",
            "mllp-addresses"));
    private static final String SYSTEM = "system.";
    private static final int DEFAULT_PER_MINUTE = 600;

    private final Path file;

    private SourcesFile(Path file) {
        this.file = file;
    }

    /** @throws SourceException if anything in it is wrong; then none of it counts */
    public static Map<String, Source> read(Path file) {
        return new SourcesFile(file).read();
    }

    private Map<String, Source> read() {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new SourceException("webhooks.sources-file " + file + " could not be read", e);
        }
        Map<String, Map<String, String>> entries = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            Matcher matcher = ENTRY.matcher(key);
            if (!matcher.matches() || !isKey(matcher.group(2))) {
                throw new SourceException("unknown key '" + key + "' in " + file
                        + ", must be source.NAME.KEY with a name of a-z 0-9 - and one of the keys "
                        + String.join(", ", KEYS) + ", system.AUTHORITY");
            }
            entries.computeIfAbsent(matcher.group(1), name -> new TreeMap<>())
                    .put(matcher.group(2), properties.getProperty(key).strip());
        }
        var sources = new TreeMap<String, Source>();
        entries.forEach((name, values) -> sources.put(name, source(name, values)));
        refuseSameSender(sources);
        return Map.copyOf(sources);
    }

    private static boolean isKey(String key) {
        return KEYS.contains(key) || key.startsWith(SYSTEM) && key.length() > SYSTEM.length();
    }

    private void refuseSameSender(Map<String, Source> sources) {
        var senders = new HashSet<String>();
        for (Source source : sources.values()) {
            source.sender().filter(sender -> !senders.add(sender)).ifPresent(sender -> {
                throw new SourceException(
                        "source." + source.name() + ".sender in " + file + " must be no other source's");
            });
        }
    }

    private Source source(String name, Map<String, String> values) {
        Format format = format(name, values.getOrDefault("format", ""));
        Optional<Path> mapping = Optional.ofNullable(values.get("mapping")).map(this::resolve);
        if (mapping.isPresent() != (format == Format.JSON)) {
            throw wrong(name, "mapping", "must be set where format is json, and only there");
        }
        List<Proof> proofs = proofs(name, values);
        Set<String> addresses = list(values, "mllp-addresses", ",").collect(Collectors.toSet());
        if (proofs.isEmpty() && addresses.isEmpty()) {
            throw wrong(
                    name,
                    "bearer-file",
                    "or basic-file, hmac-file, certificate-fingerprint, certificate-subject or mllp-addresses must be set");
        }
        Optional<String> sender = Optional.ofNullable(values.get("sender")).filter(text -> !text.isEmpty());
        if (sender.isPresent() && format != Format.HL7V2) {
            throw wrong(name, "sender", "must not be set where format is not hl7v2");
        }
        Set<String> facilities = list(values, "facilities", ",").collect(Collectors.toSet());
        if (facilities.isEmpty()) {
            throw wrong(name, "facilities", "must name at least one, or * for any");
        }
        var systems = new TreeMap<String, String>();
        values.forEach((key, value) -> {
            if (key.startsWith(SYSTEM)) {
                systems.put(key.substring(SYSTEM.length()), value);
            }
        });
        return new Source(
                name,
                facilities,
                proofs,
                format,
                mapping,
                perMinute(name, values.getOrDefault("per-minute", Integer.toString(DEFAULT_PER_MINUTE))),
                Optional.ofNullable(values.get("zone")).map(zone -> zone(name, zone)),
                systems,
                sender,
                addresses);
    }

    private SourceException wrong(String name, String key, String rule) {
        return new SourceException("source." + name + "." + key + " in " + file + " " + rule);
    }

    private Path resolve(String text) {
        return file.toAbsolutePath().resolveSibling(text);
    }

    private Format format(String name, String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "fhir" -> Format.FHIR;
            case "hl7v2" -> Format.HL7V2;
            case "json" -> Format.JSON;
            default -> throw wrong(name, "format", "must be fhir, hl7v2 or json, was '" + text + "'");
        };
    }

    private int perMinute(String name, String text) {
        if (text.matches("[0-9]{1,6}") && Integer.parseInt(text) >= 1) {
            return Integer.parseInt(text);
        }
        throw wrong(name, "per-minute", "must be 1 to 999999, was '" + text + "'");
    }

    private ZoneId zone(String name, String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw wrong(name, "zone", "must be a zone such as Africa/Nairobi, was '" + text + "'");
        }
    }

    private List<Proof> proofs(String name, Map<String, String> values) {
        var proofs = new ArrayList<Proof>();
        secrets(name, values, "bearer-file").map(Proof.Bearer::new).ifPresent(proofs::add);
        secrets(name, values, "basic-file").map(Proof.Basic::new).ifPresent(proofs::add);
        secrets(name, values, "hmac-file").map(Proof.Hmac::new).ifPresent(proofs::add);
        if (values.containsKey("bearer-file") && values.containsKey("basic-file")) {
            throw wrong(name, "basic-file", "must not be set beside bearer-file: a request has one Authorization");
        }
        var names = new ArrayList<String>();
        Function<String, String> plain = text -> text.replace(":", "").toLowerCase(Locale.ROOT);
        list(values, "certificate-fingerprint", ",").map(plain).forEach(fingerprint -> {
            if (!fingerprint.matches("[0-9a-f]{64}")) {
                throw wrong(name, "certificate-fingerprint", "must be the SHA-256, 64 hexadecimal digits");
            }
            names.add(fingerprint);
        });
        list(values, "certificate-subject", ";").forEach(names::add);
        if (!names.isEmpty()) {
            proofs.add(new Proof.Certificate(names));
        }
        return proofs;
    }

    private static Stream<String> list(Map<String, String> values, String key, String separator) {
        return Stream.of(values.getOrDefault(key, "").split(separator))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** One secret a line: the new one and, for a while, the old one. */
    private Optional<List<Secret>> secrets(String name, Map<String, String> values, String key) {
        String text = values.getOrDefault(key, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Path secretFile = resolve(text);
        refuseOpen(name, key, secretFile);
        try (Stream<String> lines = Files.lines(secretFile)) {
            List<Secret> secrets = lines.map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(Secret::new)
                    .toList();
            if (secrets.isEmpty()) {
                throw wrong(name, key, "must name a file with a secret in it");
            }
            return Optional.of(secrets);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new SourceException("source." + name + "." + key + " " + secretFile + " could not be read", e);
        } catch (IllegalArgumentException e) {
            throw wrong(name, key, "must name a file in which each line has at least 16 characters");
        }
    }

    private void refuseOpen(String name, String key, Path secretFile) {
        try {
            if (Files.getFileStore(secretFile).supportsFileAttributeView("posix")
                    && Files.getPosixFilePermissions(secretFile).stream()
                            .anyMatch(permission -> permission == PosixFilePermission.OTHERS_READ
                                    || permission == PosixFilePermission.OTHERS_WRITE)) {
                throw wrong(name, key, "must name a file that others cannot read: chmod 600 " + secretFile);
            }
        } catch (IOException e) {
            throw new SourceException("source." + name + "." + key + " " + secretFile + " could not be read", e);
        }
    }
}
