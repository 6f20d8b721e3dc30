package org.fieldward.core.intake.enrolment;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.List;
import org.fieldward.core.registry.Gateways;
import org.fieldward.core.registry.Gateways.Standing;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.proto.link.RenewRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a gateway its certificate: against a one-time token, later against the certificate it has. */
public final class EnrolmentService extends EnrolmentGrpc.EnrolmentImplBase {

    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentService.class);
    private static final int P256_BITS = 256;

    private final Gateways gateways;
    private final Authority authority;
    private final Duration certificateLife;

    public EnrolmentService(Gateways gateways, Authority authority, Duration certificateLife) {
        this.gateways = gateways;
        this.authority = authority;
        this.certificateLife = certificateLife;
    }

    /** SHA-256: what is kept of a token. */
    public static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> answer) {
        byte[] encoded = request.getPublicKey().toByteArray();
        byte[] message = Enrolments.enrolProof(request.getGateway(), request.getToken(), encoded);
        try {
            PublicKey key = key(encoded);
            if (!Enrolments.verify(key, message, request.getProof().toByteArray())) {
                refuse(answer, Status.INVALID_ARGUMENT, "proof must be signed by the key in public_key");
            } else if (!gateways.redeem(request.getGateway(), digest(request.getToken()))) {
                refuse(
                        answer,
                        Status.PERMISSION_DENIED,
                        "the token is not this gateway's, or was used, or is too old: ask for a new one");
            } else {
                give(request.getGateway(), key, answer);
            }
        } catch (CertificateException e) {
            refuse(answer, Status.INVALID_ARGUMENT, "public_key must be EC P-256, SubjectPublicKeyInfo");
        }
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<EnrolResponse> answer) {
        byte[] encoded = request.getPublicKey().toByteArray();
        byte[] message = Enrolments.renewProof(request.getGateway(), encoded);
        try {
            PublicKey key = key(encoded);
            X509Certificate present = Pem.certificate(request.getCertificate().toByteArray());
            if (!authority.signed(present) || !Pem.commonName(present).equals(request.getGateway())) {
                refuse(answer, Status.PERMISSION_DENIED, "certificate must be this gateway's, from this core");
            } else if (gateways.standing(request.getGateway(), Pem.fingerprint(present)) != Standing.WELCOME) {
                refuse(answer, Status.PERMISSION_DENIED, "this gateway was revoked: it needs a new token");
            } else if (!Enrolments.verify(
                    present.getPublicKey(), message, request.getProof().toByteArray())) {
                refuse(answer, Status.INVALID_ARGUMENT, "proof must be signed by the key of the certificate");
            } else {
                give(request.getGateway(), key, answer);
            }
        } catch (CertificateException e) {
            refuse(answer, Status.INVALID_ARGUMENT, "public_key must be EC P-256 and certificate X.509, both DER");
        }
    }

    private void give(String gateway, PublicKey key, StreamObserver<EnrolResponse> answer) {
        List<X509Certificate> chain = authority.gateway(gateway, key, certificateLife);
        X509Certificate own = chain.getFirst();
        gateways.certified(gateway, Pem.fingerprint(own), own.getNotAfter().toInstant());
        LOG.info(
                "gateway {} got a certificate until {}",
                gateway,
                own.getNotAfter().toInstant());
        EnrolResponse.Builder response = EnrolResponse.newBuilder();
        chain.forEach(certificate -> response.addCertificates(ByteString.copyFrom(Pem.der(certificate))));
        answer.onNext(response.build());
        answer.onCompleted();
    }

    private static PublicKey key(byte[] encoded) {
        PublicKey key = Pem.publicKey(encoded);
        if (!(key instanceof ECPublicKey ec) || ec.getParams().getOrder().bitLength() != P256_BITS) {
            throw new CertificateException("public key must be EC P-256");
        }
        return key;
    }

    private static void refuse(StreamObserver<EnrolResponse> answer, Status status, String detail) {
        answer.onError(status.withDescription(detail).asRuntimeException());
    }
}
