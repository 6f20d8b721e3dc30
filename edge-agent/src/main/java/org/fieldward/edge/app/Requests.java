package org.fieldward.edge.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
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

    /** Answers one line for a person, or for the command that asked. */
    interface Worker {
        String answer(String name, byte[] content);
    }

    /**
     * @param name e.g. {@code replay-7}
     * @param content what the agent needs to know for it; often nothing
     */
    public void ask(String name, byte[] content) {
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve(name + ANSWER));
            // The agent must not find half of it.
            Path draft = directory.resolve(name + ".new");
            Files.write(draft, content);
            Files.move(draft, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
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
    void serve(Worker worker) {
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
                byte[] content = Files.readAllBytes(request);
                Files.delete(request);
                String name = request.getFileName().toString();
                DataDirectory.replace(request.resolveSibling(name + ANSWER), worker.answer(name, content));
            }
        } catch (IOException e) {
            throw new AgentException("could not serve " + directory, e);
        }
    }
}
