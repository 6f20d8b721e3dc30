package org.fieldward.core.app.assembly;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.fieldward.core.app.database.Database;
import org.fieldward.core.app.file.AuthorityFiles;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.core.registry.SqlRegistry;
import org.jspecify.annotations.Nullable;

/** Where a command works: what the operator chose, and what of the core stands there without a core that runs. */
public interface Site {

    Settings settings();

    /** What is to be done with the database. */
    interface Visit<T> {
        T with(Database database, Clock clock);
    }

    /** What a command does with the database of a core that runs, or is started for it. */
    default <T> T visit(Visit<T> visit) {
        var done = new CountDownLatch(1);
        // A database that was started for this command must not outlive it, also when it is told to stop meanwhile.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(done)));
        try (Database database = Database.visit(settings(), new SecureRandom())) {
            return visit.with(database, Clock.systemUTC());
        } finally {
            done.countDown();
        }
    }

    /** That knows which facility a gateway stands in: a binding makes the patient one of that. */
    default SqlRegistry registry(Database database, Clock clock) {
        var facilities = settings().access().facilityByGateway();
        return new SqlRegistry(database.pool(), gateway -> facilities.getOrDefault(gateway, gateway), clock);
    }

    default Authority authority() {
        return AuthorityFiles.open(settings().dataDir(), new SecureRandom(), Clock.systemUTC());
    }

    /** Keeps the shutdown waiting. */
    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the shutdown", e);
        }
    }

    /** What picocli has put in before the command is called. */
    static <T> T parent(@Nullable T parent) {
        if (parent == null) {
            throw new IllegalStateException("the command line has not set the parent command");
        }
        return parent;
    }
}
