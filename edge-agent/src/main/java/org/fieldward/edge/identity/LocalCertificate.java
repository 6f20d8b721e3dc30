package org.fieldward.edge.identity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;

/**
 * The certificate that devices see, made here by an authority made here: the ward's TLS never depends on the core. Devices
 * trust {@code local-ca.pem}; the server's certificate may change under it.
 */
public final class LocalCertificate {

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(365 * 20);
    private static final Duration SERVER_LIFE = Duration.ofDays(365 * 5);

    private final Path directory;
    private final CertificateMaker maker;

    public LocalCertificate(Path directory, CertificateMaker maker) {
        this.directory = directory;
        this.maker = maker;
    }

    /** PEM files: the server's chain, its key, and the authority that devices are to trust. */
    public record Paths(Path chain, Path key, Path authority) {}

    /**
     * Makes what is missing, and a new server certificate when less than half of its life is left or a name is new.
     *
     * @param names DNS names and addresses that devices use for this gateway
     */
    public Paths ensure(List<String> names, Instant now) {
        var files = new Paths(
                directory.resolve("local-server.pem"),
                directory.resolve("local-server.key"),
                directory.resolve("local-ca.pem"));
        Path authorityKey = directory.resolve("local-ca.key");
        if (!Files.exists(authorityKey) || !Files.exists(files.authority())) {
            Credential made = maker.authority(
                    "Fieldward ward " + names.getFirst(), now.minus(Duration.ofDays(1)), now.plus(AUTHORITY_LIFE));
            SecretFile.write(files.authority(), Pem.write(made.chain()));
            SecretFile.write(authorityKey, Pem.write(made.key()));
        }
        Path namesFile = directory.resolve("local-server.names");
        String wanted = String.join("\n", names);
        Path untilFile = directory.resolve("local-server.until");
        if (!isGood(files.chain(), untilFile, now)
                || !Files.exists(namesFile)
                || !SecretFile.read(namesFile).equals(wanted)) {
            var authority = new Credential(
                    Pem.privateKey(SecretFile.read(authorityKey)),
                    Pem.certificates(SecretFile.read(files.authority())));
            Credential server = maker.issue(
                    authority,
                    new Subject(names.getFirst(), Subject.Purpose.SERVER, names),
                    now.minus(Duration.ofDays(1)),
                    now.plus(SERVER_LIFE));
            SecretFile.write(files.key(), Pem.write(server.key()));
            SecretFile.write(files.chain(), Pem.write(server.chain()));
            SecretFile.write(namesFile, wanted);
            write(untilFile, until(server.chain().getFirst()));
        }
        return files;
    }

    /**
     * By what was written down beside it: to read the certificate itself takes eighty classes of the JDK, which nobody needs
     * until there is a client with TLS. A gateway of before has not written it down, and does so now.
     */
    private static boolean isGood(Path chain, Path untilFile, Instant now) {
        if (!Files.exists(chain)) {
            return false;
        }
        Instant until = written(untilFile).orElseGet(() -> {
            Instant read = until(Pem.certificates(SecretFile.read(chain)).getFirst());
            write(untilFile, read);
            return read;
        });
        return now.isBefore(until.minus(SERVER_LIFE.dividedBy(2)));
    }

    /** Empty where there is no such file, or somebody spoilt it: the certificate says the same. */
    private static Optional<Instant> written(Path untilFile) {
        if (!Files.exists(untilFile)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.ofEpochSecond(
                    Long.parseLong(SecretFile.read(untilFile).strip())));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static void write(Path untilFile, Instant until) {
        SecretFile.write(untilFile, Long.toString(until.getEpochSecond()));
    }

    private static Instant until(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }
}
