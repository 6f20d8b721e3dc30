package org.fieldward.core.intake;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.fieldward.proto.certificate.Pem;

/**
 * Whom the client certificate of a call names; TLS has checked that our authority signed it and that it has not expired.
 */
record Peer(String name, String fingerprint) {

    private static final Context.Key<Peer> KEY = Context.key("peer");

    /** Of the present call; empty if the caller showed no certificate. */
    static Optional<Peer> present() {
        return Optional.ofNullable(KEY.get());
    }

    static ServerInterceptor interceptor() {
        return new ServerInterceptor() {
            @Override
            public <Q, A> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
                Optional<Peer> peer = session == null ? Optional.empty() : of(session);
                Context context = peer.isPresent() ? Context.current().withValue(KEY, peer.get()) : Context.current();
                return Contexts.interceptCall(context, call, headers, next);
            }
        };
    }

    private static Optional<Peer> of(SSLSession session) {
        try {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            return Optional.of(new Peer(Pem.commonName(certificate), Pem.fingerprint(certificate)));
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
