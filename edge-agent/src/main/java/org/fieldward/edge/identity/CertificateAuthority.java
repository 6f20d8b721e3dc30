package org.fieldward.edge.identity;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import org.fieldward.proto.certificate.Credential;

/** Whoever signs this gateway's certificates: the core. Answers are the gateway's own certificate first, then the CA's. */
public interface CertificateAuthority {

    /** @param token given out once by an operator */
    List<X509Certificate> enrol(String gateway, String token, KeyPair keys);

    /** @param present may have expired */
    List<X509Certificate> renew(String gateway, Credential present, KeyPair keys);
}
