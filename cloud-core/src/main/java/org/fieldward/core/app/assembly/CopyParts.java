package org.fieldward.core.app.assembly;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.store.SqlInventory;
import org.fieldward.core.copy.Copies;
import org.fieldward.core.copy.Copy;
import org.fieldward.core.copy.CopySettings;
import org.fieldward.core.copy.SqlStates;
import org.fieldward.core.copy.SqlTurn;
import org.fieldward.core.copy.document.CouchDocuments;
import org.fieldward.core.copy.document.DocumentStore;
import org.fieldward.core.copy.document.PostgresDocuments;
import org.fieldward.core.copy.document.RedisDocuments;
import org.fieldward.core.distribution.Mount;
import org.fieldward.core.distribution.api.CopiesServlet;
import org.postgresql.ds.PGSimpleDataSource;

/** The copies in other stores, wired. */
public final class CopyParts {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private CopyParts() {}

    public static Copies copies(
            CopySettings settings, DataSource database, Chart chart, RandomGenerator random, InstantSource clock) {
        var copies = new ArrayList<Copy>();
        settings.redis().ifPresent(place -> copies.add(redis(place, database)));
        settings.documents().ifPresent(place -> copies.add(documents(place, database)));
        return new Copies(
                copies,
                new Copies.Source(chart, new SqlInventory(database)),
                new SqlStates(database),
                settings.verifyEvery(),
                random,
                clock);
    }

    private static Copy redis(CopySettings.Place place, DataSource database) {
        var store = new RedisDocuments(
                URI.create(place.url()), place.user(), place.password().map(CopySettings.Password::reveal), PATIENCE);
        return new Copy("redis", store, new SqlTurn(database, "redis"));
    }

    private static Copy documents(CopySettings.Place place, DataSource database) {
        DocumentStore store = place.url().startsWith("jdbc:") ? postgres(place) : couch(place);
        return new Copy("documents", store, new SqlTurn(database, "documents"));
    }

    private static CouchDocuments couch(CopySettings.Place place) {
        return new CouchDocuments(
                URI.create(place.url()), place.user(), place.password().map(CopySettings.Password::reveal), PATIENCE);
    }

    private static PostgresDocuments postgres(CopySettings.Place place) {
        var source = new PGSimpleDataSource();
        source.setUrl(place.url());
        place.user().ifPresent(source::setUser);
        place.password().map(CopySettings.Password::reveal).ifPresent(source::setPassword);
        source.setConnectTimeout((int) PATIENCE.toSeconds());
        source.setSocketTimeout((int) PATIENCE.toSeconds());
        source.setTcpKeepAlive(true);
        source.setApplicationName("fieldward-copy");
        // The driver would otherwise quote rows in its errors, and a row may be a patient's.
        source.setLogServerErrorDetail(false);
        return new PostgresDocuments(source);
    }

    static Mount mount(Copies copies) {
        return new Mount(
                CopiesServlet.PATH,
                new CopiesServlet(copies),
                List.of(Route.of("GET", CopiesServlet.PATH, EnumSet.of(Role.TECHNICIAN, Role.ADMINISTRATOR))));
    }
}
