package org.fieldward.core.anchor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Lets the connection break at the n-th call on it, counted over all connections. */
final class FlakySource {

    private final DataSource real;
    private int callsLeft = Integer.MAX_VALUE;

    FlakySource(DataSource real) {
        this.real = real;
    }

    void breakAfter(int calls) {
        callsLeft = calls;
    }

    void heal() {
        callsLeft = Integer.MAX_VALUE;
    }

    DataSource source() {
        return proxy(DataSource.class, real);
    }

    private <T> T proxy(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                FlakySource.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    boolean tidy = method.getName().equals("rollback")
                            || method.getName().equals("close")
                            || method.getName().equals("setAutoCommit");
                    if (!tidy && callsLeft-- <= 0) {
                        throw new SQLException("the connection broke");
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Connection connection ? proxy(Connection.class, connection) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }
}
