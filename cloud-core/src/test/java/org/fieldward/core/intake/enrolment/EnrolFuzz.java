package org.fieldward.core.intake.enrolment;

import static org.fieldward.core.fuzz.Check.that;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.fuzz.Dice;
import org.fieldward.core.registry.MemoryGateways;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.EnrolRequest;
import org.fieldward.proto.link.EnrolResponse;
import org.fieldward.proto.link.RenewRequest;

/** The open door: any request gets one answer, and a certificate only for the right token or the present key. */
public final class EnrolFuzz {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final String TOKEN = "t";
    private static final CertificateMaker MAKER = new CertificateMaker(new SecureRandom());
    private static final Credential CORE = MAKER.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));
    private static final Authority AUTHORITY = new Authority(CORE, MAKER, () -> NOON);
    private static final KeyPair FRESH = MAKER.keyPair();
    private static final Credential PRESENT =
            MAKER.issue(CORE, new Subject("g1", Subject.Purpose.CLIENT, List.of()), NOON.minus(YEAR), NOON.plus(YEAR));

    private EnrolFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        var gateways = new MemoryGateways(() -> NOON);
        gateways.admit("g1", EnrolmentService.digest(TOKEN), NOON.plusSeconds(60));
        gateways.certified("g1", Pem.fingerprint(PRESENT.certificate()), NOON.plus(YEAR));
        var service = new EnrolmentService(gateways, AUTHORITY, YEAR);
        var answer = new Answer();
        int kind = dice.below(4);
        boolean entitled = false;
        try {
            switch (kind) {
                case 0 -> service.enrol(EnrolRequest.parseFrom(dice.rest()), answer);
                case 1 -> service.renew(RenewRequest.parseFrom(dice.rest()), answer);
                case 2 -> {
                    EnrolRequest request = enrol(dice);
                    entitled = request.getToken().equals(TOKEN)
                            && request.getGateway().equals("g1");
                    service.enrol(request, answer);
                }
                default -> {
                    RenewRequest request = renew(dice);
                    entitled = request.getGateway().equals("g1");
                    service.renew(request, answer);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        that(answer.answers == 1, "one answer");
        that(answer.given.isEmpty() || entitled, "a certificate is for whoever may have it");
        for (EnrolResponse response : answer.given) {
            X509Certificate own = Pem.certificate(response.getCertificates(0).toByteArray());
            that(Pem.commonName(own).equals("g1") && AUTHORITY.signed(own), "it names the gateway that asked");
        }
    }

    /** With a proof that holds, unless a byte of it is changed. */
    private static EnrolRequest enrol(Dice dice) {
        String gateway = dice.flag() ? "g1" : dice.text();
        String token = dice.flag() ? TOKEN : dice.text();
        byte[] key = changed(FRESH.getPublic().getEncoded(), dice);
        byte[] proof = Enrolments.sign(FRESH.getPrivate(), Enrolments.enrolProof(gateway, token, key));
        return EnrolRequest.newBuilder()
                .setGateway(gateway)
                .setToken(token)
                .setPublicKey(ByteString.copyFrom(key))
                .setProof(ByteString.copyFrom(changed(proof, dice)))
                .build();
    }

    private static RenewRequest renew(Dice dice) {
        String gateway = dice.flag() ? "g1" : dice.text();
        byte[] key = changed(FRESH.getPublic().getEncoded(), dice);
        byte[] proof = Enrolments.sign(PRESENT.key(), Enrolments.renewProof(gateway, key));
        return RenewRequest.newBuilder()
                .setGateway(gateway)
                .setPublicKey(ByteString.copyFrom(key))
                .setProof(ByteString.copyFrom(changed(proof, dice)))
                .setCertificate(ByteString.copyFrom(changed(Pem.der(PRESENT.certificate()), dice)))
                .build();
    }

    private static byte[] changed(byte[] bytes, Dice dice) {
        if (dice.flag()) {
            bytes[dice.twoOctets() % bytes.length] ^= (byte) dice.octet();
        }
        return bytes;
    }

    private static final class Answer implements StreamObserver<EnrolResponse> {
        private final List<EnrolResponse> given = new ArrayList<>();
        private int answers;

        @Override
        public void onNext(EnrolResponse response) {
            given.add(response);
        }

        @Override
        public void onError(Throwable failure) {
            answers++;
        }

        @Override
        public void onCompleted() {
            answers++;
        }
    }
}
