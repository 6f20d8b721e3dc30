package org.fieldward.edge.sync;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.identity.CertificateAuthority;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.EnrolmentGrpc;
import org.fieldward.proto.link.RenewRequest;

/** Asks the core for certificates over its Enrolment service. */
public final class GrpcEnrolment implements CertificateAuthority {

    private static final long DEADLINE_SECONDS = 30;

    private final GrpcChannels channels;

    public GrpcEnrolment(GrpcChannels channels) {
        this.channels = channels;
    }

    @Override
    public List<X509Certificate> enrol(String gateway, String token, KeyPair keys) {
        byte[] publicKey = keys.getPublic().getEncoded();
        byte[] proof = Enrolments.sign(keys.getPrivate(), Enrolments.enrolProof(gateway, token, publicKey));
        return ask(
                "enrol",
                stub -> stub.enrol(EnrolRequest.newBuilder()
                        .setGateway(gateway)
                        .setToken(token)
                        .setPublicKey(ByteString.copyFrom(publicKey))
                        .setProof(ByteString.copyFrom(proof))
                        .build()));
    }

    @Override
    public List<X509Certificate> renew(String gateway, Credential present, KeyPair keys) {
        byte[] publicKey = keys.getPublic().getEncoded();
        byte[] proof = Enrolments.sign(present.key(), Enrolments.renewProof(gateway, publicKey));
        return ask(
                "renew",
                stub -> stub.renew(RenewRequest.newBuilder()
                        .setGateway(gateway)
                        .setPublicKey(ByteString.copyFrom(publicKey))
                        .setProof(ByteString.copyFrom(proof))
                        .setCertificate(ByteString.copyFrom(Pem.der(present.certificate())))
                        .build()));
    }

    private interface Question {
        EnrolResponse ask(EnrolmentGrpc.EnrolmentBlockingStub stub);
    }

    private List<X509Certificate> ask(String what, Question question) {
        ManagedChannel channel = channels.openNameless();
        try {
            var stub = EnrolmentGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return question.ask(stub).getCertificatesList().stream()
                    .map(der -> Pem.certificate(der.toByteArray()))
                    .toList();
        } catch (StatusRuntimeException e) {
            throw new SyncException("the core did not " + what + " this gateway: " + GrpcCloudLink.describe(e), e);
        } finally {
            channel.shutdownNow();
        }
    }
}
