package org.fieldward.edge.ingest.topic;

import java.util.function.Consumer;

/** Somebody who is always there and forgets everything with the process. */
public record Listener(Consumer<Delivery> heard) implements Subscriber {

    @Override
    public void deliver(Delivery delivery) {
        heard.accept(delivery);
    }

    @Override
    public boolean isListening() {
        return true;
    }

    @Override
    public boolean isDurable() {
        return false;
    }
}
