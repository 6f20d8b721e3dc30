package org.fieldward.core.distribution;

import jakarta.servlet.http.HttpServlet;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.route.Route;

/**
 * A place in the HTTP door that another room serves.
 *
 * @param path as servlets are mapped, such as {@code /webhooks/*}
 * @param routes every kind of request to it; what none of them tells of is not found
 */
public record Mount(String path, HttpServlet servlet, List<Route> routes) {

    public Mount {
        routes = List.copyOf(routes);
    }

    /** For administrators alone, whatever is asked. */
    public Mount(String path, HttpServlet servlet) {
        this(
                path,
                servlet,
                Stream.of("GET", "POST", "PUT", "PATCH", "DELETE")
                        .map(method -> Route.of(
                                method, path.endsWith("/*") ? path + "*" : path, EnumSet.of(Role.ADMINISTRATOR)))
                        .toList());
    }
}
