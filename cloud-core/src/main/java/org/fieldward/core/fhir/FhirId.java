package org.fieldward.core.fhir;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;

/**
 * How a device's name is written in a FHIR id, which knows neither {@code _} nor more than 64 characters
 * (https://hl7.org/fhir/R4/datatypes.html#id). {@code .} becomes {@code ..} and {@code _} becomes {@code .u}, so that a
 * name up to 44 characters long can be read back; a longer one becomes {@code -} and the first 20 bytes of its SHA-256
 * in hexadecimal, which only somebody who knows the devices can read back.
 */
public final class FhirId {

    /** What is left of 64 for the name when an instant and a parameter follow it. */
    static final int MAX_DEVICE = 44;

    private static final int DIGEST_BYTES = 20;

    private FhirId() {}

    public static String ofDevice(DeviceId device) {
        String name = device.name();
        var written = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            switch (c) {
                case '.' -> written.append("..");
                case '_' -> written.append(".u");
                default -> written.append(c);
            }
        }
        return written.length() <= MAX_DEVICE ? written.toString() : "-" + digest(name);
    }

    /**
     * @param known the devices that there are; asked only for a digest
     * @return empty if no device can have this id
     */
    public static Optional<DeviceId> device(String id, Iterable<DeviceId> known) {
        if (id.startsWith("-")) {
            for (DeviceId device : known) {
                if (ofDevice(device).equals(id)) {
                    return Optional.of(device);
                }
            }
            return Optional.empty();
        }
        return unescaped(id)
                .filter(DeviceId::isValid)
                .map(DeviceId::new)
                .filter(device -> ofDevice(device).equals(id));
    }

    private static Optional<String> unescaped(String id) {
        var name = new StringBuilder(id.length());
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c != '.') {
                name.append(c);
                continue;
            }
            i++;
            if (i == id.length()) {
                return Optional.empty();
            }
            switch (id.charAt(i)) {
                case '.' -> name.append('.');
                case 'u' -> name.append('_');
                default -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(name.toString());
    }

    private static String digest(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
