package org.fieldward.edge.identity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;

/**
 * Who this gateway is: a key made here and the core's certificate for it, in two slots. A new one goes into the slot that
 * is not in use, and only then does the pointer move; a slot that cannot be read falls back to the other. Thread-safe.
 */
public final class GatewayIdentity {

    private static final String POINTER = "current";
    private static final List<String> SLOTS = List.of("a", "b");

    private final Path directory;
    private final CertificateMaker maker;
    private volatile Optional<Credential> credential;

    /** Reads what is there; nothing there is no error: the gateway works without a core. */
    public GatewayIdentity(Path directory, CertificateMaker maker) {
        this.directory = directory;
        this.maker = maker;
        credential = load();
    }

    /** Empty until it was enrolled. */
    public Optional<Credential> credential() {
        return credential;
    }

    /** The gateway's id, as its certificate says. */
    public Optional<String> gateway() {
        return credential.map(own -> Pem.commonName(own.certificate()));
    }

    /** The core's CA. */
    public Optional<X509Certificate> authority() {
        return credential.map(own -> own.chain().getLast());
    }

    /** True from two thirds of the certificate's life on, also when it has expired. */
    public boolean isRenewalDue(Instant now) {
        return credential
                .map(Credential::certificate)
                .map(own -> {
                    Instant from = own.getNotBefore().toInstant();
                    Duration life = Duration.between(from, own.getNotAfter().toInstant());
                    return now.isAfter(from.plus(life.multipliedBy(2).dividedBy(3)));
                })
                .orElse(false);
    }

    /** Then it is good for its own renewal and nothing else. */
    public boolean isExpired(Instant now) {
        return credential
                .map(Credential::certificate)
                .map(own -> now.isAfter(own.getNotAfter().toInstant()))
                .orElse(false);
    }

    /** Makes a key, asks the core for a certificate and keeps both. */
    public synchronized void enrol(CertificateAuthority core, String gateway, String token) {
        KeyPair keys = maker.keyPair();
        keep(gateway, keys, core.enrol(gateway, token, keys));
    }

    /** Replaces key and certificate; what is there now stays in force until the new one is safely kept. */
    public synchronized void renew(CertificateAuthority core) {
        Credential present =
                credential.orElseThrow(() -> new IdentityException("this gateway is not enrolled: nothing to renew"));
        String gateway = Pem.commonName(present.certificate());
        KeyPair keys = maker.keyPair();
        keep(gateway, keys, core.renew(gateway, present, keys));
    }

    private void keep(String gateway, KeyPair keys, List<X509Certificate> chain) {
        if (chain.size() < 2) {
            throw new IdentityException(
                    "the core must answer its own certificate and the CA's, answered " + chain.size());
        }
        X509Certificate own = chain.getFirst();
        if (!own.getPublicKey().equals(keys.getPublic())) {
            throw new IdentityException("the core signed another key than the one it was asked to");
        }
        if (!Pem.commonName(own).equals(gateway)) {
            throw new IdentityException(
                    "the core signed for '" + Pem.commonName(own) + "', asked was '" + gateway + "'");
        }
        String next = current().equals("a") ? "b" : "a";
        SecretFile.write(slot(next), Pem.write(keys.getPrivate()) + Pem.write(chain));
        SecretFile.write(directory.resolve(POINTER), next);
        credential = Optional.of(new Credential(keys.getPrivate(), chain));
    }

    private Optional<Credential> load() {
        String first = current();
        Optional<Credential> found = load(first);
        return found.isPresent() ? found : load(first.equals("a") ? "b" : "a");
    }

    private Optional<Credential> load(String name) {
        if (!Files.exists(slot(name))) {
            return Optional.empty();
        }
        try {
            String text = SecretFile.read(slot(name));
            return Optional.of(new Credential(Pem.privateKey(text), Pem.certificates(text)));
        } catch (CertificateException | IdentityException e) {
            // Damaged: the other slot holds the one before it, good for renewal at least.
            return Optional.empty();
        }
    }

    private String current() {
        Path pointer = directory.resolve(POINTER);
        String name = Files.exists(pointer) ? SecretFile.read(pointer).strip() : "b";
        return SLOTS.contains(name) ? name : "a";
    }

    private Path slot(String name) {
        return directory.resolve("gateway-" + name + ".pem");
    }
}
