package org.fieldward.edge.ingest.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.fieldward.edge.ingest.access.Doorkeeper.Attempt;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.certificate.Subject.Purpose;
import org.fieldward.proto.password.PasswordHash;

/** A doorkeeper with files, an authority and clocks of its own; slow work waits until somebody lets it run. */
final class Ward {

    static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    static final String HERE = "10.0.0.7";

    final Path home;
    final AccountFile file;
    final Deque<Runnable> slow = new ArrayDeque<>();
    final SecureRandom random = new SecureRandom();
    final CertificateMaker maker = new CertificateMaker(random);
    final Credential authority = maker.authority("ward authority", START, START.plus(Duration.ofDays(3650)));
    Optional<Instant> now = Optional.of(START);
    long tickMillis;

    Ward(Path home) throws IOException {
        this.home = home;
        file = new AccountFile(home.resolve("accounts"));
        Files.writeString(home.resolve("ca.pem"), Pem.write(authority.certificate()));
        account("monitor-07", Role.DEVICE, "secret");
        account("nurse", Role.SCREEN, "other");
        account("chief", Role.OPERATOR, "third");
    }

    void account(String name, Role role, String password) {
        file.put(new Account(name, role, PasswordHash.of(password.getBytes(UTF_8), 1, random)));
    }

    WardDoorkeeper withoutCertificates() {
        return doorkeeper(ClientCertificates.none());
    }

    WardDoorkeeper withCertificates() {
        return doorkeeper(ClientCertificates.of(home.resolve("ca.pem"), Optional.empty(), () -> now));
    }

    WardDoorkeeper withLists() {
        return doorkeeper(
                ClientCertificates.of(home.resolve("ca.pem"), Optional.of(home.resolve("crl.pem")), () -> now));
    }

    private WardDoorkeeper doorkeeper(ClientCertificates certificates) {
        return new WardDoorkeeper(new Accounts(file, random), certificates, slow::add, () -> tickMillis);
    }

    X509Certificate certificate(String name, Purpose purpose, Duration life) {
        return maker.issue(authority, new Subject(name, purpose, List.of()), START, START.plus(life))
                .certificate();
    }

    X509Certificate certificate(String name) {
        return certificate(name, Purpose.CLIENT, Duration.ofDays(365));
    }

    /** The list of revoked certificates, and nothing else, from now on. */
    void list(X509Certificate... revoked) throws IOException, GeneralSecurityException, OperatorCreationException {
        var builder = new JcaX509v2CRLBuilder(authority.certificate().getSubjectX500Principal(), Date.from(START));
        for (X509Certificate one : revoked) {
            builder.addCRLEntry(one.getSerialNumber(), Date.from(START), CRLReason.keyCompromise);
        }
        byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key()))
                .getEncoded();
        Files.writeString(
                home.resolve("crl.pem"),
                "-----BEGIN X509 CRL-----\n" + Base64.getMimeEncoder().encodeToString(der)
                        + "\n-----END X509 CRL-----\n");
    }

    static Attempt with(String name, String password, String address) {
        return new Attempt(
                address, Optional.empty(), Optional.of(name), Optional.of(ByteString.copyFromUtf8(password)));
    }

    static Attempt with(X509Certificate certificate) {
        return new Attempt(HERE, Optional.of(certificate), Optional.empty(), Optional.empty());
    }

    /** The answer, after all that was slow. */
    Optional<Identity> login(WardDoorkeeper doorkeeper, Attempt attempt) {
        CompletableFuture<Optional<Identity>> answer = doorkeeper.login(attempt).toCompletableFuture();
        while (!slow.isEmpty()) {
            slow.remove().run();
        }
        return answer.join();
    }

    Optional<Identity> login(WardDoorkeeper doorkeeper, String name, String password) {
        return login(doorkeeper, with(name, password, HERE));
    }
}
