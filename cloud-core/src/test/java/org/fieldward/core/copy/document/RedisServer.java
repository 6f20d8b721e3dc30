package org.fieldward.core.copy.document;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.Scratch;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A real Redis, with a password, on a port of its own. */
final class RedisServer implements AutoCloseable {

    static final String PASSWORD = "not-a-secret";

    private final Path folder;
    private final int port;
    private final Process process;

    private RedisServer(String program) throws IOException {
        folder = Scratch.folder("redis");
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        process = new ProcessBuilder(
                        program,
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--requirepass",
                        PASSWORD,
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** Empty where this machine has none. */
    static Optional<RedisServer> start() throws IOException {
        Optional<String> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, "redis-server"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        if (program.isEmpty()) {
            return Optional.empty();
        }
        var server = new RedisServer(program.get());
        server.await();
        return Optional.of(server);
    }

    private void await() {
        while (process.isAlive()) {
            try (Jedis jedis = jedis()) {
                jedis.ping();
                return;
            } catch (JedisException e) {
                Thread.onSpinWait();
            }
        }
        throw new IllegalStateException("redis-server ended, see " + folder);
    }

    Jedis jedis() {
        var jedis = new Jedis("127.0.0.1", port);
        jedis.auth(PASSWORD);
        return jedis;
    }

    URI url() {
        return URI.create("redis://127.0.0.1:" + port + "/1");
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        Scratch.delete(folder);
    }

    List<String> names() {
        try (Jedis jedis = jedis()) {
            jedis.select(1);
            return jedis.keys("*").stream().sorted().toList();
        }
    }
}
