package org.fieldward.simulator.fleet;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.simulator.core.FakeCore;

/** A gateway that hands every publish to a core at once, and can be told to break. */
public final class FakeGateway implements AutoCloseable {

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final FakeCore core;
    private final String password;
    private final MqttServer server;
    private final List<Publish> publishes = new CopyOnWriteArrayList<>();
    private final List<Integer> cuts = new CopyOnWriteArrayList<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean mute;
    private volatile boolean deaf;

    /** One publish as it came over the wire. */
    public record Publish(String topic, String payload, boolean isDup, int qos) {}

    /** @param password that every device must give; empty for none */
    public FakeGateway(FakeCore core, String password) {
        this.core = core;
        this.password = password;
        server = MqttServer.create(
                vertx, new MqttServerOptions().setHost("127.0.0.1").setPort(0));
        server.endpointHandler(this::welcome);
        await(server.listen());
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("the fake gateway does not work", e);
        }
    }

    public int port() {
        return server.actualPort();
    }

    public List<Publish> publishes() {
        return publishes;
    }

    public int refused() {
        return refused.get();
    }

    /** Closes the connection instead of acknowledging its n-th publish overall, which the core has got. */
    public void cutAt(Integer... counts) {
        cuts.addAll(List.of(counts));
    }

    /** From now on nothing is acknowledged, though the connection stays. */
    public void mute(boolean yes) {
        mute = yes;
    }

    /** Connections are taken and never welcomed. */
    public void deaf(boolean yes) {
        deaf = yes;
    }

    private void welcome(MqttEndpoint endpoint) {
        if (deaf) {
            return;
        }
        if (!endpoint.auth().getUsername().equals(endpoint.clientIdentifier())
                || (!password.isEmpty() && !password.equals(endpoint.auth().getPassword()))) {
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD);
            return;
        }
        endpoint.publishHandler(message -> take(endpoint, message));
        endpoint.publishReleaseHandler(endpoint::publishComplete);
        endpoint.accept(false);
    }

    private void take(MqttEndpoint endpoint, MqttPublishMessage message) {
        publishes.add(new Publish(
                message.topicName(),
                message.payload().toString(),
                message.isDup(),
                message.qosLevel().value()));
        try {
            core.accept(endpoint.clientIdentifier(), message.payload().getBytes());
        } catch (IllegalArgumentException e) {
            refused.incrementAndGet();
        }
        if (cuts.contains(publishes.size())) {
            endpoint.close();
            return;
        }
        if (mute) {
            return;
        }
        switch (message.qosLevel()) {
            case AT_LEAST_ONCE -> endpoint.publishAcknowledge(message.messageId());
            case EXACTLY_ONCE -> endpoint.publishReceived(message.messageId());
            case AT_MOST_ONCE, FAILURE -> {
                // Nobody waits for an answer.
            }
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
