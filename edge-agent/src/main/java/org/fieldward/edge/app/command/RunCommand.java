package org.fieldward.edge.app.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.app.EdgeAgent;
import org.fieldward.edge.app.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs until it is told to stop (SIGTERM, Ctrl-C), or until the disk fails. */
@Command(name = "run", description = "Run the gateway until it is stopped.", mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

    /** Tells the service manager that a new start may help. */
    private static final int DISK_FAILED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private final ConfigOption config;

    private final Object turn = new Object();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Optional<EdgeAgent> running = Optional.empty();
    private boolean stopping;

    public RunCommand() {
        config = new ConfigOption();
    }

    public RunCommand(Path file) {
        config = new ConfigOption(file);
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = config.settings();
        EdgeAgent agent = EdgeAgent.begin(settings);
        running = Optional.of(agent);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        try {
            while (true) {
                agent.ended().toCompletableFuture().join();
                synchronized (turn) {
                    if (stopping) {
                        break;
                    }
                    LOG.info("the agent begins anew with other settings");
                    settings = agent.again();
                    running = Optional.empty();
                    agent.close();
                    agent = EdgeAgent.begin(settings);
                    running = Optional.of(agent);
                }
            }
        } catch (CompletionException e) {
            LOG.error("the disk failed, nothing is acknowledged any more; start the agent again", e.getCause());
            // No orderly end: what the disk holds is known only after a restart.
            Runtime.getRuntime().halt(DISK_FAILED);
        }
        return closed.await(1, TimeUnit.MINUTES) ? 0 : 1;
    }

    private void stop() {
        synchronized (turn) {
            stopping = true;
            running.ifPresent(EdgeAgent::close);
        }
        closed.countDown();
    }
}
