package org.fieldward.core.registry;

import com.zaxxer.hikari.HikariDataSource;
import org.fieldward.core.app.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;

final class SqlRegistryContractTest implements RegistryContract {

    private final HikariDataSource database = TestDatabase.fresh();
    private final SqlRegistry registry = new SqlRegistry(database, () -> NOON);

    @AfterEach
    void close() {
        database.close();
    }

    @Override
    public Registry registry() {
        return registry;
    }
}
