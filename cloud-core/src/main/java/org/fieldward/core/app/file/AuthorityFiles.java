package org.fieldward.core.app.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;

/** The core's authority, kept in {@code authority.key} and {@code authority.pem} of the data folder. */
public final class AuthorityFiles {

    private static final Duration LIFE = Duration.ofDays(7_305);

    private AuthorityFiles() {}

    /** Made at the first call; the key never leaves this folder. */
    public static Authority open(Path dataDir, SecureRandom random, InstantSource clock) {
        var maker = new CertificateMaker(random);
        Path keyFile = dataDir.resolve("authority.key");
        Path certificateFile = dataDir.resolve("authority.pem");
        try {
            PrivateFiles.folder(dataDir);
            // The certificate is written last: without it the pair was never used.
            if (!Files.exists(certificateFile)) {
                Instant now = clock.instant();
                Credential fresh = maker.authority("Fieldward core", now.minus(Duration.ofDays(1)), now.plus(LIFE));
                PrivateFiles.write(keyFile, Pem.write(fresh.key()));
                PrivateFiles.write(certificateFile, Pem.write(fresh.chain()));
            }
            var credential = new Credential(
                    Pem.privateKey(Files.readString(keyFile)), Pem.certificates(Files.readString(certificateFile)));
            return new Authority(credential, maker, clock);
        } catch (IOException e) {
            throw new AppException("the authority's files in " + dataDir + " could not be read or written", e);
        }
    }
}
