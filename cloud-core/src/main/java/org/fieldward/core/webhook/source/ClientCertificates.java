package org.fieldward.core.webhook.source;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.core.webhook.source.Shown.ClientCertificate;

/**
 * The certificate that a client showed the proxy where TLS ends, as a header says, which is believed of the proxies' own
 * addresses alone: the certificate as PEM, percent-encoded or not, or its SHA-256 in hexadecimal digits.
 */
public final class ClientCertificates {

    private final Set<InetAddress> proxies;
    private final String header;

    /**
     * @param proxies addresses
     * @throws IllegalArgumentException if one is none
     */
    public ClientCertificates(Set<String> proxies, String header) {
        this.proxies = proxies.stream().map(ClientCertificates::address).collect(Collectors.toUnmodifiableSet());
        this.header = header;
    }

    private static InetAddress address(String text) {
        if (!text.matches("[0-9.]+|[0-9A-Fa-f:]+")) {
            throw new IllegalArgumentException("webhooks.proxies must be addresses, was '" + text + "'");
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("webhooks.proxies must be addresses, was '" + text + "'", e);
        }
    }

    public Optional<ClientCertificate> of(HttpServletRequest request) {
        String said = request.getHeader(header);
        if (said == null || proxies.isEmpty()) {
            return Optional.empty();
        }
        String from = request.getRemoteAddr();
        try {
            return proxies.contains(InetAddress.getByName(from)) ? read(said) : Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    static Optional<ClientCertificate> read(String said) {
        try {
            String text = URLDecoder.decode(said.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .strip();
            String digits = text.replace(":", "").toLowerCase(Locale.ROOT);
            if (digits.matches("[0-9a-f]{64}")) {
                return Optional.of(new ClientCertificate(digits, ""));
            }
            // Headers have no lines, so some proxies put blanks where they were.
            String body =
                    text.replaceAll("-----(BEGIN|END) CERTIFICATE-----", "").replaceAll("\\s+", "");
            var der = new ByteArrayInputStream(java.util.Base64.getDecoder().decode(body));
            return Optional.of(
                    of((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der)));
        } catch (CertificateException | IllegalArgumentException | ClassCastException e) {
            return Optional.empty();
        }
    }

    public static ClientCertificate of(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return new ClientCertificate(
                    HexFormat.of().formatHex(hash),
                    certificate.getSubjectX500Principal().getName());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate cannot be read", e);
        }
    }
}
