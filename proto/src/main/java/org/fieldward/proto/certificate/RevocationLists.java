package org.fieldward.proto.certificate;

import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Which certificates their authorities took back (RFC 5280, section 5). Immutable.
 *
 * @param due when the first of the lists was to be replaced by a newer one, where one says so
 */
public record RevocationLists(Set<CertificateNumber> revoked, Optional<Instant> due) {

    public static final RevocationLists NONE = new RevocationLists(Set.of(), Optional.empty());

    private static final String DELTA = "2.5.29.27";
    private static final int MAY_SIGN_LISTS = 6;

    public RevocationLists {
        revoked = Set.copyOf(revoked);
    }

    /**
     * Whole lists as PEM, at least one. A list past its time still holds: what it names stays refused.
     *
     * @param authorities each list must be signed by one of them
     * @throws CertificateException if a list cannot be read, adds to another one, or is signed by somebody else
     */
    public static RevocationLists of(String pem, List<X509Certificate> authorities) {
        var revoked = new HashSet<CertificateNumber>();
        Optional<Instant> due = Optional.empty();
        for (X509CRL list : Pem.revocationLists(pem)) {
            X500Principal issuer = list.getIssuerX500Principal();
            if (list.getExtensionValue(DELTA) != null) {
                throw new CertificateException("the revocation list of '" + issuer + "' must be whole, was a delta");
            }
            if (authorities.stream().noneMatch(authority -> signed(list, authority))) {
                throw new CertificateException(
                        "the revocation list of '" + issuer + "' is not signed by an authority that is believed here");
            }
            Set<? extends X509CRLEntry> entries = Optional.<Set<? extends X509CRLEntry>>ofNullable(
                            list.getRevokedCertificates())
                    .orElse(Set.of());
            for (X509CRLEntry entry : entries) {
                X500Principal of =
                        Optional.ofNullable(entry.getCertificateIssuer()).orElse(issuer);
                revoked.add(new CertificateNumber(of, entry.getSerialNumber()));
            }
            Optional<Instant> next = Optional.ofNullable(list.getNextUpdate()).map(Date::toInstant);
            due = due.filter(first -> next.isEmpty() || first.isBefore(next.get()))
                    .or(() -> next);
        }
        return new RevocationLists(revoked, due);
    }

    public boolean contains(CertificateNumber number) {
        return revoked.contains(number);
    }

    private static boolean signed(X509CRL list, X509Certificate authority) {
        boolean[] usage = authority.getKeyUsage();
        if (!authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())
                || (usage != null && !usage[MAY_SIGN_LISTS])) {
            return false;
        }
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            // Signed by another key: the next authority may have the same name.
            return false;
        }
    }
}
