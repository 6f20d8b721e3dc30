package org.fieldward.edge.app;

import java.util.Optional;
import org.fieldward.edge.identity.LocalCertificate;
import org.fieldward.edge.ingest.access.ClientCertificates;
import org.fieldward.edge.ingest.door.DoorSettings;
import org.fieldward.proto.certificate.CertificateMaker;

/** What the door shows of itself, and whom it believes. */
final class Certificates {

    private Certificates() {}

    /** With a certificate of the gateway's own making where the operator gave none. */
    static DoorSettings door(Settings settings, CertificateMaker maker, Wall wall, Build build) {
        if (!settings.needsLocalCertificate()) {
            return settings.door(Optional.empty());
        }
        // A clock in 1970 must not make a certificate that has expired for everybody else.
        var now = wall.now().isBefore(build.built()) ? build.built() : wall.now();
        LocalCertificate.Paths made =
                new LocalCertificate(settings.data().resolve("tls"), maker).ensure(settings.localNames(), now);
        return settings.door(Optional.of(new DoorSettings.Keys(made.chain(), made.key(), true)));
    }

    static ClientCertificates ofClients(DoorSettings door, Wall wall) {
        return door.tls()
                .flatMap(tls -> tls.clientCa()
                        .map(authorities -> ClientCertificates.of(authorities, tls.clientCrl(), wall::plausible)))
                .orElseGet(ClientCertificates::none);
    }
}
