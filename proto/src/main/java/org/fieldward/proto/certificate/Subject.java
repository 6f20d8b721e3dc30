package org.fieldward.proto.certificate;

import java.util.List;

/**
 * Whom a certificate names.
 *
 * @param commonName a gateway's or device's id, or a host name
 * @param names DNS names or IP addresses a server answers to; empty for a client
 */
public record Subject(String commonName, Purpose purpose, List<String> names) {

    public enum Purpose {
        SERVER,
        CLIENT
    }

    public Subject {
        names = List.copyOf(names);
        if (commonName.isBlank() || commonName.length() > 64) {
            throw new IllegalArgumentException(
                    "commonName must be 1 to 64 characters, was " + commonName.length() + " long");
        }
    }
}
