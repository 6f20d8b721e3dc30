package org.fieldward.edge.ingest.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.CertificateNumber;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.RevocationLists;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which client certificates count, once TLS has verified their chain: made out to a device, meant for clients, not expired,
 * not on a list of revoked ones. Thread-safe.
 */
public final class ClientCertificates {

    private static final Logger LOG = LoggerFactory.getLogger(ClientCertificates.class);
    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final boolean accepted;
    private final Optional<Watched<RevocationLists>> lists;
    private final Supplier<Optional<Instant>> clock;
    private volatile Optional<Instant> complained = Optional.empty();

    /** What a certificate said that was good when it was shown. */
    record Shown(DeviceId device, CertificateNumber number, Instant until) {}

    /** What to think of a certificate. */
    sealed interface Examined {
        record Good(Shown shown) implements Examined {}

        /** @param device empty if the certificate names none */
        record Bad(Optional<DeviceId> device, String why) implements Examined {}
    }

    private ClientCertificates(
            boolean accepted, Optional<Watched<RevocationLists>> lists, Supplier<Optional<Instant>> clock) {
        this.accepted = accepted;
        this.lists = lists;
        this.clock = clock;
    }

    /** Where none are asked for. */
    public static ClientCertificates none() {
        return new ClientCertificates(false, Optional.empty(), Optional::empty);
    }

    /**
     * Blocks.
     *
     * @param authorities file with whoever may sign lists, PEM
     * @param lists file with revocation lists, PEM
     * @param clock empty while nobody can tell the time: then no certificate counts as expired
     */
    public static ClientCertificates of(Path authorities, Optional<Path> lists, Supplier<Optional<Instant>> clock) {
        return new ClientCertificates(
                true, lists.map(path -> new Watched<>(path, () -> read(path, authorities))), clock);
    }

    boolean areAccepted() {
        return accepted;
    }

    Examined examine(X509Certificate certificate) {
        String name = name(certificate);
        if (!DeviceId.isValid(name)) {
            return new Examined.Bad(Optional.empty(), "its common name is no device id");
        }
        var device = new DeviceId(name);
        var shown = new Shown(
                device,
                CertificateNumber.of(certificate),
                certificate.getNotAfter().toInstant());
        if (!accepted) {
            return new Examined.Bad(Optional.of(device), "no certificates are accepted here");
        }
        if (!isForClients(certificate)) {
            return new Examined.Bad(Optional.of(device), "it is not meant for clients");
        }
        if (isRevoked(shown)) {
            return new Examined.Bad(Optional.of(device), "it is revoked");
        }
        return hasExpired(shown) ? new Examined.Bad(Optional.of(device), "it has expired") : new Examined.Good(shown);
    }

    /** Whether what was shown earlier still counts. */
    boolean isGood(Shown shown) {
        return accepted && !isRevoked(shown) && !hasExpired(shown);
    }

    /** Reads the lists again if they changed. Blocks; returns whether they did. */
    boolean refresh() {
        boolean changed = lists.map(Watched::refresh).orElse(false);
        complainIfDue();
        return changed;
    }

    private boolean isRevoked(Shown shown) {
        return lists.map(watched -> watched.get().contains(shown.number())).orElse(false);
    }

    /** A TLS session that is resumed is not verified again, and a connection may outlive its certificate. */
    private boolean hasExpired(Shown shown) {
        return clock.get().map(now -> now.isAfter(shown.until())).orElse(false);
    }

    private void complainIfDue() {
        Optional<Instant> due = lists.flatMap(watched -> watched.get().due());
        boolean late =
                due.flatMap(by -> clock.get().map(now -> now.isAfter(by))).orElse(false);
        if (late && !due.equals(complained)) {
            LOG.warn("A newer list of revoked client certificates was due at {}; the old one is kept", due.get());
            complained = due;
        }
    }

    private static String name(X509Certificate certificate) {
        try {
            return Pem.commonName(certificate);
        } catch (CertificateException e) {
            LOG.debug("A client certificate has no readable name", e);
            return "";
        }
    }

    /** One that says what it is for must say this (RFC 5280, section 4.2.1.12). */
    private static boolean isForClients(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getExtendedKeyUsage())
                    .map(usages -> usages.contains(CLIENT_AUTHENTICATION))
                    .orElse(true);
        } catch (CertificateParsingException e) {
            LOG.debug("A client certificate does not say readably what it is for", e);
            return false;
        }
    }

    private static RevocationLists read(Path path, Path authorities) {
        try {
            List<X509Certificate> believed = Pem.certificates(Files.readString(authorities));
            return RevocationLists.of(Files.readString(path), believed);
        } catch (IOException e) {
            throw new AccountException("could not read the list of revoked certificates " + path, e);
        } catch (CertificateException e) {
            throw new AccountException(path + ": " + e.getMessage(), e);
        }
    }
}
