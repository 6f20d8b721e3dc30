package org.fieldward.core.distribution.outbox;

import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.access.Sight;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.distribution.socket.SocketClient;
import org.fieldward.core.distribution.subscription.Bound;
import org.fieldward.core.distribution.subscription.SubscriptionSocket;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;

/**
 * Run by hand: {@code KillBench EVENTS KILLS [socket]}. Database, outbox and subscriber are three processes; the outbox and
 * the subscriber are killed with SIGKILL by turns, at random moments, while events are made. Prints what the subscriber
 * wrote down before it answered; with {@code socket} it is bound to a WebSocket of the outbox's process.
 */
public final class KillBench {

    private static final Pattern NUMBER = Pattern.compile("event-number\",\"valueString\":\"([0-9]+)\"");

    private KillBench() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "subscriber" -> subscriber(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
            case "reader" -> reader(Integer.parseInt(arguments[1]), Path.of(arguments[2]), arguments[3]);
            case "outbox" -> outbox(arguments[1], arguments[2], arguments[3], Integer.parseInt(arguments[4]));
            default ->
                run(
                        Integer.parseInt(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        List.of(arguments).contains("socket"));
        }
    }

    private static void subscriber(int port, Path file) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        var out = new FileOutputStream(file.toFile(), true);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var lines = new StringBuilder();
            Matcher matcher = NUMBER.matcher(body);
            while (matcher.find()) {
                lines.append(matcher.group(1)).append('\n');
            }
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    /** Binds again and again; says no number, so that only what the core knows to be read is not told again. */
    private static void reader(int port, Path file, String id) throws Exception {
        var out = new FileOutputStream(file.toFile(), true);
        while (true) {
            try (var client = new SocketClient("ws://127.0.0.1:" + port + SubscriptionSocket.PATH, message -> {
                var lines = new StringBuilder();
                Matcher matcher = NUMBER.matcher(message);
                while (matcher.find()) {
                    lines.append(matcher.group(1)).append('\n');
                }
                try {
                    out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            })) {
                client.say("bind-with-token " + Bound.token(id));
                client.awaitEnd();
            } catch (java.util.concurrent.ExecutionException notThere) {
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    /** @param port of sockets; 0 for none */
    private static void outbox(String url, String user, String password, int port) throws Exception {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(6);
        var rig = new Rig(
                        new HikariDataSource(config),
                        new OutboxSettings(Duration.ofHours(72), Duration.ofDays(14), Duration.ofSeconds(5), 50))
                .start();
        if (port != 0) {
            Bound.door(rig, port);
        }
        LockSupport.park();
    }

    private static Process start(Path log, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx400m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KillBench.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static void run(int events, int kills, boolean isSocket) throws Exception {
        Path folder = Files.createTempDirectory("kill-bench");
        Path heard = folder.resolve("heard");
        Path log = folder.resolve("log");
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        HikariDataSource database = TestDatabase.fresh();
        String[] outboxOf = {
            "outbox",
            database.getJdbcUrl(),
            database.getUsername(),
            database.getPassword(),
            Integer.toString(isSocket ? port : 0)
        };
        Process outbox = start(log, outboxOf);
        var rig = new Rig(
                database, new OutboxSettings(Duration.ofHours(72), Duration.ofDays(14), Duration.ofSeconds(5), 50));
        Subscription wish = rig.subscription(Rig.TOPIC + "observation", "http://127.0.0.1:" + port + "/", "id-only");
        if (isSocket) {
            wish.getChannel().setType(SubscriptionChannelType.WEBSOCKET).setEndpoint(null);
        }
        String id = rig.subscribe(wish, Sight.EVERYTHING);
        Files.createFile(heard);
        String[] subscriberOf = {isSocket ? "reader" : "subscriber", Integer.toString(port), heard.toString(), id};
        Process subscriber = start(log, subscriberOf);
        List<Observation> page = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            page.add(Rig.observation("p" + i, "8867-4"));
        }
        while (rig.receivers.all(java.util.Optional.empty()).stream()
                .noneMatch(entry -> entry.state() == Entry.State.ACTIVE)) {
            LockSupport.parkNanos(100_000_000);
        }
        System.out.println("active, writing to " + folder);
        var random = new Random(1);
        Set<Integer> killAt = new HashSet<>();
        while (killAt.size() < 2 * kills) {
            killAt.add(random.nextInt(events / 50));
        }
        long began = System.nanoTime();
        int killed = 0;
        for (int i = 0; i < events / 50; i++) {
            rig.write(page);
            if (killAt.contains(i)) {
                LockSupport.parkNanos(random.nextInt(30) * 1_000_000L);
                if (killed++ % 2 == 0) {
                    subscriber.destroyForcibly().waitFor();
                    subscriber = start(log, subscriberOf);
                } else {
                    outbox.destroyForcibly().waitFor();
                    outbox = start(log, outboxOf);
                }
            }
        }
        System.out.printf("written %d in %.1f s, %d kills%n", events, (System.nanoTime() - began) / 1e9, killed);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        while (System.nanoTime() < end && !Files.readString(heard).contains("\n" + events + "\n")) {
            LockSupport.parkNanos(200_000_000);
        }
        System.out.printf("all told after %.1f s%n", (System.nanoTime() - began) / 1e9);
        report(heard, events);
        outbox.destroyForcibly();
        subscriber.destroyForcibly();
        rig.close();
        System.exit(0);
    }

    private static void report(Path heard, int events) throws IOException {
        List<String> lines = Files.readAllLines(heard);
        Set<Long> seen = new HashSet<>();
        long next = 1;
        int outOfOrder = 0;
        for (String line : lines) {
            long number = Long.parseLong(line);
            if (seen.add(number)) {
                outOfOrder += number == next ? 0 : 1;
                next = number + 1;
            }
        }
        long missing = java.util.stream.LongStream.rangeClosed(1, events)
                .filter(number -> !seen.contains(number))
                .count();
        System.out.printf(
                "heard %d, distinct %d, missing %d, beyond the last %d, told again %d, first hearings out of order %d%n",
                lines.size(),
                seen.size(),
                missing,
                seen.stream().filter(number -> number > events).count(),
                lines.size() - seen.size(),
                outOfOrder);
    }
}
