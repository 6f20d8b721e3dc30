package org.fieldward.edge.app.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.edge.app.AgentException;
import org.fieldward.edge.app.Settings;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.identity.PinnedTrust;
import org.fieldward.edge.sync.GrpcChannels;
import org.fieldward.edge.sync.GrpcChannels.CoreAddress;
import org.fieldward.edge.sync.GrpcEnrolment;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Pem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes this gateway known to a core: once, with a one-time token. */
@Command(
        name = "enrol",
        description = "Make this gateway known to a core with a one-time token (cloud-core gateway enrol-token).",
        mixinStandardHelpOptions = true)
public final class EnrolCommand implements Callable<Integer> {

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--core",
            paramLabel = "HOST:PORT",
            description = "The core; default: core.address of the settings.")
    private @Nullable String core;

    @Option(names = "--gateway", required = true, paramLabel = "ID", description = "This gateway's name at the core.")
    private String gateway = "";

    @Option(
            names = "--token-file",
            required = true,
            paramLabel = "FILE",
            description = "File that holds the token; '-' reads it from standard input.")
    private String tokenFile = "";

    @Option(
            names = "--ca-fingerprint",
            required = true,
            paramLabel = "SHA256",
            description = "Fingerprint of the core's CA, as the core printed it with the token.")
    private String fingerprint = "";

    @Override
    public Integer call() {
        Settings settings = config.settings();
        CoreAddress address = core == null
                ? settings.core().orElseThrow(() -> new AgentException("give --core or set core.address"))
                : CoreAddress.of(
                        core, settings.core().map(CoreAddress::serverName).orElse(""));
        var identity =
                new GatewayIdentity(settings.data().resolve("identity"), new CertificateMaker(new SecureRandom()));
        // The gateway may not know the time yet; the fingerprint is what is trusted here.
        var trust = PinnedTrust.fingerprint(fingerprint, Optional::empty);
        try (var channels = new GrpcChannels(address, trust, Optional::empty)) {
            identity.enrol(new GrpcEnrolment(channels), gateway, token());
        }
        var own = identity.credential().orElseThrow().certificate();
        System.out.println("enrolled as " + gateway + "; certificate " + Pem.fingerprint(own) + " is valid until "
                + own.getNotAfter().toInstant());
        if (settings.core().isEmpty()) {
            System.out.println("set core.address=" + address.host() + ":" + address.port() + " in the settings file");
        }
        return 0;
    }

    private String token() {
        try {
            byte[] bytes = tokenFile.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(tokenFile));
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new AgentException("could not read the token from " + tokenFile, e);
        }
    }
}
