package org.fieldward.core.app.command;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.database.Database;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.intake.enrolment.EnrolmentService;
import org.fieldward.core.registry.Configurations.Configuration;
import org.fieldward.core.registry.Configurations.Settled;
import org.fieldward.core.registry.Gateways;
import org.fieldward.core.registry.SqlConfigurations;
import org.fieldward.core.registry.SqlGateways;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.reading.DeviceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Who may be a gateway. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Admits, lists and revokes gateways.",
        subcommands = {
            GatewayCommand.EnrolToken.class,
            GatewayCommand.ListAll.class,
            GatewayCommand.Revoke.class,
            ConfigurationCommands.Configure.class,
            ConfigurationCommands.Show.class
        })
final class GatewayCommand {

    private static final Duration TOKEN_LIFE = Duration.ofHours(24);
    private static final int TOKEN_BYTES = 32;

    @ParentCommand
    private @Nullable Site site;

    @Nullable
    Site site() {
        return site;
    }

    static Gateways gateways(Database database, Clock clock) {
        return new SqlGateways(database.pool(), clock);
    }

    /** A token that admits whoever has it as this gateway, once, for a day. Only its hash is kept. */
    static String admit(Gateways gateways, String gateway, SecureRandom random, Instant now) {
        if (!DeviceId.isValid(gateway)) {
            throw new IllegalArgumentException(
                    "gateway must be 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        gateways.admit(gateway, EnrolmentService.digest(token), now.plus(TOKEN_LIFE));
        return token;
    }

    @Command(
            name = "enrol-token",
            mixinStandardHelpOptions = true,
            description =
                    "Prints one-time tokens, good for 24 hours, with each of which a machine becomes that gateway.")
    static final class EnrolToken implements Callable<Integer> {
        @ParentCommand
        private @Nullable GatewayCommand above;

        @Parameters(paramLabel = "ID", arity = "1..*", description = "Name of the gateway; several may be given.")
        private List<String> names = List.of();

        @Override
        public Integer call() {
            Site site = Site.parent(Site.parent(above).site);
            var random = new SecureRandom();
            List<String> tokens = site.visit((database, clock) -> names.stream()
                    .map(gateway -> admit(gateways(database, clock), gateway, random, clock.instant()))
                    .toList());
            for (int i = 0; i < tokens.size(); i++) {
                System.out.println((tokens.size() > 1 ? names.get(i) + " " : "") + "token: " + tokens.get(i));
            }
            System.out.println("authority: " + Pem.fingerprint(site.authority().certificate()));
            return 0;
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description =
                    "Prints every gateway, tab-separated: id, state, end of its certificate, last seen, last confirmed, settings.")
    static final class ListAll implements Callable<Integer> {
        @ParentCommand
        private @Nullable GatewayCommand above;

        @Override
        public Integer call() {
            return Site.parent(Site.parent(above).site).visit((database, clock) -> {
                Gateways gateways = gateways(database, clock);
                var states = gateways.states();
                var configurations = new SqlConfigurations(database.pool(), clock);
                var settled = configurations.settled();
                for (Gateways.Gateway gateway : gateways.gateways()) {
                    var state = states.stream()
                            .filter(one -> one.gateway().equals(gateway.id()))
                            .findFirst();
                    System.out.println(String.join(
                            "\t",
                            gateway.id(),
                            gateway.revokedAt().isPresent()
                                    ? "revoked"
                                    : gateway.certificateUntil().isEmpty()
                                            ? "awaited"
                                            : state.map(Gateways.State::connected)
                                                            .orElse(false)
                                                    ? "connected"
                                                    : "away",
                            gateway.certificateUntil().map(Instant::toString).orElse("-"),
                            state.map(one -> one.lastSeenAt().toString()).orElse("-"),
                            state.flatMap(Gateways.State::lastConfirmedAt)
                                    .map(Instant::toString)
                                    .orElse("-"),
                            settings(
                                    configurations.present(gateway.id()),
                                    Optional.ofNullable(settled.get(gateway.id())))));
                }
                return 0;
            });
        }
    }

    private static String settings(Optional<Configuration> wanted, Optional<Settled> said) {
        return wanted.map(one -> one.version()
                        + said.filter(state -> state.version() == one.version())
                                .map(state -> state.applied() ? " applied" : " not applied: " + state.detail())
                                .orElse(" not answered"))
                .orElse("-");
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Refuses the gateway's certificates from now on. A new token admits it again.")
    static final class Revoke implements Callable<Integer> {
        @ParentCommand
        private @Nullable GatewayCommand above;

        @Parameters(paramLabel = "ID", description = "Name of the gateway.")
        private String gateway = "";

        @Override
        public Integer call() {
            boolean known = Site.parent(Site.parent(above).site)
                    .visit((database, clock) -> gateways(database, clock).revoke(gateway));
            if (!known) {
                throw new AppException("there is no gateway '" + gateway + "'");
            }
            System.out.println("revoked " + gateway);
            return 0;
        }
    }
}
