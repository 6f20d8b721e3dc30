package org.fieldward.core.app.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.proto.certificate.Pem;

/** The certificate that the door for MLLP shows, and those that it believes. */
final class MllpFiles {

    private static final char[] NONE = new char[0];

    private MllpFiles() {}

    /** Empty where none of the three files is named. */
    static Optional<SSLContext> tls(Settings settings) {
        List<Key> keys = List.of(
                Key.WEBHOOKS_MLLP_CERTIFICATE_FILE,
                Key.WEBHOOKS_MLLP_KEY_FILE,
                Key.WEBHOOKS_MLLP_CLIENT_AUTHORITY_FILE);
        long named = keys.stream().filter(key -> !settings.text(key).isEmpty()).count();
        if (named == 0) {
            return Optional.empty();
        }
        if (named < keys.size()) {
            throw new AppException("webhooks.mllp-certificate-file, webhooks.mllp-key-file and"
                    + " webhooks.mllp-client-authority-file must be set together");
        }
        try {
            return Optional.of(context(
                    certificates(Path.of(settings.text(keys.get(0)))),
                    Pem.privateKey(Files.readString(Path.of(settings.text(keys.get(1))))),
                    certificates(Path.of(settings.text(keys.get(2))))));
        } catch (IOException | GeneralSecurityException e) {
            throw new AppException("the certificates of webhooks.mllp could not be read: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        return Pem.certificates(Files.readString(file));
    }

    private static SSLContext context(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, NONE);
        own.setKeyEntry("mllp", key, NONE, chain.toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, NONE);
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, NONE);
        for (int i = 0; i < authorities.size(); i++) {
            believed.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(believed);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
