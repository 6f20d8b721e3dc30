package org.fieldward.edge.app.command;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fieldward.edge.app.EdgeAgent;
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
    private final ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws InterruptedException {
        var agent = new EdgeAgent(config.settings());
        var closed = new CountDownLatch(1);
        var hook = new Thread(
                () -> {
                    agent.close();
                    closed.countDown();
                },
                "stop");
        try {
            agent.start();
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            agent.broken().toCompletableFuture().join();
        } catch (CompletionException e) {
            LOG.error("the disk failed, nothing is acknowledged any more; start the agent again", e.getCause());
            // No orderly end: what the disk holds is known only after a restart.
            Runtime.getRuntime().halt(DISK_FAILED);
        }
        return closed.await(1, TimeUnit.MINUTES) ? 0 : 1;
    }
}
