package org.fieldward.core.delivery;

/** Sends messages. Thread-safe. */
public interface Sender {

    /** Returns when it was answered, failed, or the message's patience was over. Never throws for what the other side does. */
    Reply send(Message message);
}
