package org.fieldward.simulator.fleet;

import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.TimedBlock;

/** A device's messages and its waveform, in the order in which they are due. Each reads one ahead. */
final class Together implements Iterator<Message> {

    private final Iterator<Message> messages;
    private final Iterator<TimedBlock> blocks;
    private Optional<Message> nextMessage;
    private Optional<Message> nextBlock;

    Together(Iterator<Message> messages, Iterator<TimedBlock> blocks) {
        this.messages = messages;
        this.blocks = blocks;
        nextMessage = message();
        nextBlock = block();
    }

    private Optional<Message> message() {
        return messages.hasNext() ? Optional.of(messages.next()) : Optional.empty();
    }

    private Optional<Message> block() {
        if (!blocks.hasNext()) {
            return Optional.empty();
        }
        TimedBlock timed = blocks.next();
        var content = new Message.Waveform(timed.block().kind(), Payloads.encode(timed.block()));
        return Optional.of(new Message(timed.due(), timed.block().device(), content, Set.of()));
    }

    @Override
    public boolean hasNext() {
        return nextMessage.isPresent() || nextBlock.isPresent();
    }

    @Override
    public Message next() {
        boolean blockFirst = nextMessage.isEmpty()
                || (nextBlock.isPresent()
                        && nextBlock.get().due().compareTo(nextMessage.get().due()) < 0);
        Message next = (blockFirst ? nextBlock : nextMessage).orElseThrow();
        if (blockFirst) {
            nextBlock = block();
        } else {
            nextMessage = message();
        }
        return next;
    }
}
