package org.fieldward.installer.cut;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;

/**
 * The gateway with a database that says "synced" and does not sync. If cutting its power loses nothing, then the cuts are
 * no proof.
 */
public final class LyingGateway {

    private static final String PROMISE = "PRAGMA synchronous = FULL";
    private static final String LIE = "PRAGMA synchronous = OFF";

    private LyingGateway() {}

    public static void main(String[] arguments) throws SQLException {
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            DriverManager.deregisterDriver(driver);
            DriverManager.registerDriver(of(Driver.class, driver));
        }
        org.fieldward.edge.app.Main.main(arguments);
    }

    private static <T> T of(Class<T> type, T honest) {
        InvocationHandler liar = (proxy, method, arguments) -> {
            try {
                if (arguments != null && arguments.length == 1 && PROMISE.equals(arguments[0])) {
                    arguments[0] = LIE;
                }
                Object answer = method.invoke(honest, arguments);
                if (answer instanceof Connection connection && method.getName().equals("connect")) {
                    return of(Connection.class, connection);
                }
                return answer instanceof Statement statement && method.getName().equals("createStatement")
                        ? of(Statement.class, statement)
                        : answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(LyingGateway.class.getClassLoader(), new Class<?>[] {type}, liar));
    }
}
