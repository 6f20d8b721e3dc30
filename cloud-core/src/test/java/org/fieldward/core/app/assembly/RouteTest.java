package org.fieldward.core.app.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.person.People;
import org.fieldward.core.access.person.SqlPeople;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.proto.password.PasswordHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Every route of the core as it is started, also those that rooms mount: nobody keeps a second list of them. */
final class RouteTest {

    @TempDir
    private static Path folder;

    private static CloudCore core;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        Settings settings = TestDatabase.settings(folder);
        core = new CloudCore(settings);
        client = HttpClient.newHttpClient();
        var database = new PGSimpleDataSource();
        database.setURL(settings.text(Key.DATABASE_URL));
        database.setUser(settings.text(Key.DATABASE_USER));
        database.setPassword(settings.databasePassword().reveal());
        var people = new SqlPeople(database);
        for (Role role : Role.values()) {
            byte[] password = password(role).getBytes(StandardCharsets.UTF_8);
            people.put(
                    new People.Person(
                            role.text(),
                            PasswordHash.of(password, 1_000, new SecureRandom()),
                            Set.of(role),
                            Optional.of(Set.of("*"))),
                    Instant.now());
        }
        // The door looks once a second whether somebody was added.
        HttpRequest anybody = to("/api/v1/patients").build();
        Instant patience = Instant.now().plusSeconds(10);
        while (client.send(anybody, BodyHandlers.discarding()).statusCode() != 401) {
            assertThat(Instant.now()).as("the door closes").isBefore(patience);
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        core.close();
    }

    private static String password(Role role) {
        return "the word of " + role.text();
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + core.httpPort() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private static Map<Role, String> tokens() throws Exception {
        var tokens = new EnumMap<Role, String>(Role.class);
        for (Role role : Role.values()) {
            String body = "{\"name\":\"" + role.text() + "\",\"password\":\"" + password(role) + "\"}";
            HttpRequest request = to("/api/v1/sign-in")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build();
            String answer = client.send(request, BodyHandlers.ofString()).body();
            tokens.put(role, new ObjectMapper().readTree(answer).path("token").asText());
        }
        return tokens;
    }

    private static String path(Route route) {
        return route.path().replaceAll("\\{[a-z]+}", "1").replace("/**", "/1");
    }

    /** The head of an answer tells, also of a stream that would never end. */
    private static int status(Route route, Optional<String> token) throws Exception {
        boolean reads = route.method().equals("GET");
        HttpRequest.Builder request =
                to(path(route)).method(route.method(), reads ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (!reads) {
            request.header("Content-Type", "application/json");
        }
        token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
        HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }

    @Test
    void every_role_gets_through_every_route_that_is_served_exactly_as_it_is_declared() throws Exception {
        Map<Role, String> tokens = tokens();
        var wrong = new ArrayList<String>();
        for (Route route : core.routes().all()) {
            if (route.path().startsWith("/fhir")) {
                continue;
            }
            for (Map.Entry<Role, String> one : tokens.entrySet()) {
                int status = status(route, Optional.of(one.getValue()));
                boolean may = route.isForAnyone() || route.roles().contains(one.getKey());
                boolean through = status != 403 && (status != 401 || route.isForAnyone());
                if (may != through) {
                    wrong.add(one.getKey() + " " + route.method() + " " + route.path() + " got " + status);
                }
            }
            if (!route.isForAnyone() && status(route, Optional.empty()) != 401) {
                wrong.add("nobody " + route.method() + " " + route.path());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(core.routes().all())
                .extracting(Route::path)
                .as("those of rooms that the core mounts")
                .contains(
                        "/webhooks/{source}/{facility}",
                        "/api/v1/arrivals/{number}/replay",
                        "/api/v1/events",
                        "/api/v1/targets",
                        "/api/v1/alerts");
    }

    /** Run with -Dfieldward.write=true, it writes the tables instead. */
    @Test
    void the_document_says_of_every_route_that_is_served_who_may_ask_it() throws Exception {
        Path document = Path.of("../docs/access-centre.md");
        String text = Files.readString(document);
        String tables = tables(core.routes().all());
        if (Boolean.getBoolean("fieldward.write")) {
            String begin = text.substring(0, text.indexOf("<!-- tables -->"));
            String end = text.substring(text.indexOf("<!-- /tables -->"));
            text = begin + "<!-- tables -->\n" + tables + end;
            Files.writeString(document, text);
        }
        assertThat(text).contains(tables);
    }

    private static String tables(List<Route> routes) {
        var lines = new StringBuilder("| request | who |\n|---|---|\n");
        routes.stream()
                .filter(route -> !route.path().startsWith("/fhir"))
                .sorted(Comparator.comparing(Route::path).thenComparing(Route::method))
                .forEach(route -> lines.append("| ")
                        .append(route.method())
                        .append(" `")
                        .append(route.path())
                        .append("` | ")
                        .append(route.isForAnyone() ? "anyone" : names(route.roles()))
                        .append(" |\n"));
        lines.append("\n| types over FHIR | read, search | create, update | delete |\n|---|---|---|---|\n");
        for (Access.Group group : Access.groups()) {
            lines.append("| ")
                    .append(group.types().isEmpty() ? "all others" : String.join(", ", new TreeSet<>(group.types())))
                    .append(" | ")
                    .append(names(group.reads()))
                    .append(" | ")
                    .append(names(group.writes()))
                    .append(" | ")
                    .append(names(group.deletes()))
                    .append(" |\n");
        }
        return lines.toString();
    }

    private static String names(Set<Role> roles) {
        if (roles.isEmpty()) {
            return "nobody";
        }
        if (roles.equals(EnumSet.allOf(Role.class))) {
            return "every role";
        }
        return String.join(", ", roles.stream().sorted().map(Role::text).toList());
    }
}
