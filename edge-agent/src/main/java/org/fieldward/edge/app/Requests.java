package org.fieldward.edge.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How a command asks a running agent for something that only the agent may do: a file appears, the agent does it once and
 * puts an answer beside it. Only who may write into the data directory can ask.
 */
public final class Requests {

    private static final String ANSWER = ".answer";

    private final Path directory;

    public Requests(Path data) {
        directory = data.resolve("requests");
    }

    /** @param name e.g. {@code replay-7} */
    public void ask(String name) {
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve(name + ANSWER));
            Files.writeString(directory.resolve(name), "");
        } catch (IOException e) {
            throw new AgentException("could not ask the agent through " + directory, e);
        }
    }

    /** The answer, once it is there; it is taken away with it. */
    public Optional<String> answer(String name) {
        Path file = directory.resolve(name + ANSWER);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String text = Files.readString(file);
            Files.delete(file);
            return Optional.of(text);
        } catch (IOException e) {
            throw new AgentException("could not read the agent's answer " + file, e);
        }
    }

    /** Does what was asked, each once. */
    void serve(Function<String, String> worker) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            List<Path> asked;
            try (Stream<Path> files = Files.list(directory)) {
                asked = files.filter(file -> file.getFileName().toString().matches("[a-z]+-[0-9]{1,18}"))
                        .toList();
            }
            for (Path request : asked) {
                Files.delete(request);
                String name = request.getFileName().toString();
                DataDirectory.replace(request.resolveSibling(name + ANSWER), worker.apply(name));
            }
        } catch (IOException e) {
            throw new AgentException("could not serve " + directory, e);
        }
    }
}
