package org.fieldward.core.anchor.chain;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.core.Scratch;

/** A real Ethereum node in a process of its own, which can be killed and started again where it was. */
public final class Anvil implements AutoCloseable {

    public static final long CHAIN_ID = 31337;

    /** The first of the accounts that every such node makes and funds; worth nothing anywhere. */
    public static final String KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern PRIVATE_KEY = Pattern.compile("\\(0\\) 0x([0-9a-f]{64})");

    private final Path binary;
    private final Path folder;
    private final HttpClient http = HttpClient.newHttpClient();
    private int port;
    private Process process;

    private Anvil(Path binary, Path folder) {
        this.binary = binary;
        this.folder = folder;
        process = launch();
    }

    /** Skips the calling test, saying why, where the node cannot be installed. */
    public static Anvil start() {
        Path installed = NpmFolder.install("installer/chain");
        Path binary = installed.resolve("node_modules/@foundry-rs/anvil-" + platform() + "/bin/anvil");
        assumeTrue(Files.exists(binary), () -> "no anvil for this platform: " + platform());
        return new Anvil(binary, Scratch.folder("anvil"));
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public ChainClient client() {
        return new Web3jChain(url(), CHAIN_ID, ChainKey.parse(KEY));
    }

    /** As a power cut would. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** On the same port, with the state that was on disk. */
    public void startAgain() {
        process = launch();
    }

    /** One JSON-RPC call without looking at its answer. */
    public String call(String method, String parameters) {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + parameters + "}";
        var request = HttpRequest.newBuilder(URI.create(url()))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            String answer =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            if (answer.contains("\"error\"")) {
                throw new IllegalStateException(answer);
            }
            return answer;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the node wrote its state, so that a kill loses nothing. */
    public void awaitStateOnDisk() throws IOException {
        Path state = folder.resolve("state.json");
        long before = Files.exists(state) ? Files.getLastModifiedTime(state).toMillis() : 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        // Two writes from now on: the first may have begun before the call.
        for (int writes = 0; writes < 2; ) {
            long now = Files.exists(state) ? Files.getLastModifiedTime(state).toMillis() : 0;
            if (now != before) {
                before = now;
                writes++;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("anvil does not write its state");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        kill();
        Scratch.delete(folder);
    }

    private Process launch() {
        try {
            Path output = folder.resolve("output-" + System.nanoTime() + ".txt");
            Process started = new ProcessBuilder(command())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (System.nanoTime() < deadline && started.isAlive()) {
                String text = Files.readString(output);
                Matcher listening = LISTENING.matcher(text);
                if (listening.find()) {
                    Matcher key = PRIVATE_KEY.matcher(text);
                    if (!key.find() || !key.group(1).equals(KEY)) {
                        throw new IllegalStateException("anvil's first account has another key");
                    }
                    port = Integer.parseInt(listening.group(1));
                    return started;
                }
                Thread.onSpinWait();
            }
            throw new IllegalStateException("anvil did not start: " + Files.readString(output));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> command() {
        var command = new ArrayList<>(List.of(binary.toString(), "--port", String.valueOf(port)));
        command.addAll(List.of("--chain-id", String.valueOf(CHAIN_ID), "--slots-in-an-epoch", "1"));
        command.addAll(List.of("--state", folder.resolve("state.json").toString(), "--state-interval", "1"));
        return command;
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String name = system.contains("mac") ? "darwin" : system.contains("win") ? "win32" : "linux";
        return name + "-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64");
    }
}
