package org.fieldward.core.app.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.fieldward.core.access.Territory;
import org.fieldward.core.access.audit.SqlAudit;
import org.fieldward.core.access.person.PeopleDoor;
import org.fieldward.core.access.person.SignIn;
import org.fieldward.core.access.person.SqlPeople;
import org.fieldward.core.access.person.SqlSessions;
import org.fieldward.core.access.token.CodeFlow;
import org.fieldward.core.access.token.HttpFetch;
import org.fieldward.core.access.token.Issuer;
import org.fieldward.core.access.token.Provider;
import org.fieldward.core.access.token.TokenCheck;
import org.fieldward.core.app.file.PrivateFiles;
import org.fieldward.core.app.settings.AccessSettings;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.distribution.HttpSettings;
import org.fieldward.core.distribution.entry.Entrance;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.password.PasswordHash;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What asks and remembers who is calling, put together from the settings. */
final class AccessParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessParts.class);
    private static final Set<String> TYPES = Set.of("", "jwt", "at+jwt", "application/at+jwt");

    private final HttpFetch fetch = new HttpFetch();
    private final SqlAudit audit;
    private final PeopleDoor door;
    private final Entrance entrance;

    AccessParts(Settings settings, DataSource database, Registry registry, SecureRandom random, InstantSource clock) {
        AccessSettings access = settings.access();
        Optional<String> machine = settings.http().token().map(HttpSettings.Token::reveal);
        var issuer = new Issuer(
                issuerKey(settings.dataDir(), random), access.limits().maxAge(), clock);
        var signIn = new SignIn(
                new SqlPeople(database),
                new SqlSessions(database),
                access.limits(),
                issuer,
                PasswordHash.CHOSEN_ITERATIONS,
                random,
                clock);
        Optional<Provider> provider = access.outside().map(outside -> new Provider(outside.issuer(), fetch, clock));
        Optional<Provider.Reader> reader =
                provider.map(one -> reader(one, access.outside().orElseThrow()));
        Optional<CodeFlow> flow = access.outside()
                .flatMap(AccessSettings.Outside::clientId)
                .map(client ->
                        new CodeFlow(provider.orElseThrow(), reader.orElseThrow(), fetch, client, random, clock));
        door = new PeopleDoor(signIn, issuer, machine, reader, clock);
        audit = new SqlAudit(database, access.auditYears(), clock);
        entrance = new Entrance(door, signIn, flow, audit, new Territory(registry, access.facilityByGateway()));
        sayHowOpen(settings.http());
        // Last: nobody would end it if there were no door.
        audit.start();
    }

    private static Provider.Reader reader(Provider provider, AccessSettings.Outside outside) {
        return provider.reader(
                new TokenCheck.Rules(
                        outside.issuer(), outside.audience(), outside.algorithm(), TYPES, outside.maxTokenAge()),
                outside.claims());
    }

    private void sayHowOpen(HttpSettings http) {
        if (!door.isOpen()) {
            return;
        }
        if (!http.isForThisMachine()) {
            throw new AppException("http.address must be a loopback address until somebody can show who they are: add a"
                    + " person ('cloud-core person add NAME --roles administrator'), or set access.issuer or"
                    + " http.token-file");
        }
        LOG.warn("the HTTP door is open to everybody on this machine, as administrator, until a person is added:"
                + " cloud-core person add NAME --roles administrator");
    }

    /** The key that the core's own tokens are signed with; made at first start. */
    private static String issuerKey(Path dataDir, SecureRandom random) {
        Path file = dataDir.resolve("access.key");
        try {
            if (Files.notExists(file)) {
                PrivateFiles.write(file, Issuer.newKey(random));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new AppException("the key of the core's own tokens, " + file + ", could not be read", e);
        }
    }

    Entrance entrance() {
        return entrance;
    }

    SqlAudit audit() {
        return audit;
    }

    @Override
    public void close() {
        audit.close();
        fetch.close();
    }
}
