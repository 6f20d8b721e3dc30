package org.fieldward.proto.certificate;

/** A key or certificate could not be made or read. Never carries key material. */
public final class CertificateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CertificateException(String message) {
        super(message);
    }

    public CertificateException(String message, Throwable cause) {
        super(message, cause);
    }
}
