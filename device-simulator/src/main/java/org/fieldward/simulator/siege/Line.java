package org.fieldward.simulator.siege;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.fieldward.simulator.siege.Manner.Arrival;
import org.jspecify.annotations.Nullable;

/** One bad client's connection, and the next one after it. Lives on its crowd's thread. */
final class Line {

    private static final int CONNACK_BYTES = 4;
    private static final int DEAF_RECEIVE_BUFFER = 4096;
    private static final int BLOCKS_A_TURN = 16;

    private final Crowd crowd;
    private final int number;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private Manner manner;
    private ByteBuffer toSend = ByteBuffer.allocate(0);
    private boolean connecting;
    private boolean wasInPlace;
    private int heard;
    private long openedNanos;

    Line(Crowd crowd, int number) {
        this.crowd = crowd;
        this.number = number;
        manner = crowd.kind().manner().apply(number);
    }

    void open(Selector selector) {
        manner = crowd.kind().manner().apply(number);
        toSend = ByteBuffer.wrap(manner.opening());
        heard = 0;
        try {
            SocketChannel fresh = SocketChannel.open();
            channel = fresh;
            fresh.configureBlocking(false);
            fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // Thousands come again and again: ports must not linger.
            fresh.setOption(StandardSocketOptions.SO_LINGER, 0);
            if (!manner.reads()) {
                fresh.setOption(StandardSocketOptions.SO_RCVBUF, DEAF_RECEIVE_BUFFER);
            }
            fresh.bind(crowd.kind().source(number));
            connecting = true;
            crowd.connecting(1);
            key = fresh.register(selector, SelectionKey.OP_CONNECT, this);
            if (fresh.connect(crowd.kind().target())) {
                connected(fresh);
            }
        } catch (IOException e) {
            lost();
        }
    }

    void ready(SelectionKey ready) {
        SocketChannel open = channel;
        if (open == null || !ready.isValid()) {
            return;
        }
        try {
            if (ready.isConnectable() && open.finishConnect()) {
                connected(open);
            }
            if (ready.isValid() && ready.isReadable()) {
                hear(open);
            }
            if (!connecting && open.isOpen()) {
                write(open);
            }
        } catch (IOException e) {
            lost();
        }
    }

    private void connected(SocketChannel open) throws IOException {
        connecting = false;
        crowd.connecting(-1);
        crowd.opened();
        openedNanos = crowd.now();
        arrived(Arrival.CONNECTED);
        write(open);
    }

    private void hear(SocketChannel open) throws IOException {
        ByteBuffer in = crowd.inbox().clear();
        int count = open.read(in);
        if (count < 0) {
            lost();
            return;
        }
        int before = heard;
        heard += count;
        if (before < CONNACK_BYTES && heard >= CONNACK_BYTES && manner.arrival() != Arrival.CONNECTED) {
            // The last byte of CONNACK is the return code (section 3.2.2.3).
            if (in.get(CONNACK_BYTES - 1 - before) == 0) {
                crowd.welcomed();
                arrived(Arrival.WELCOMED);
            } else {
                crowd.refused();
                arrived(Arrival.ANSWERED);
            }
        }
        manner.heard(Math.max(0, heard - CONNACK_BYTES) - Math.max(0, before - CONNACK_BYTES));
        heard = Math.min(heard, CONNACK_BYTES);
    }

    /** Says what there is to say, if the operating system takes it. */
    void speak() {
        SocketChannel open = channel;
        if (open == null || connecting) {
            return;
        }
        try {
            write(open);
        } catch (IOException e) {
            lost();
        }
    }

    private void write(SocketChannel open) throws IOException {
        boolean mayGoOn = manner.arrival() == Arrival.CONNECTED || heard >= CONNACK_BYTES;
        boolean hasMore = true;
        for (int block = 0; block < BLOCKS_A_TURN && hasMore; block++) {
            if (!toSend.hasRemaining() && mayGoOn) {
                toSend = ByteBuffer.wrap(manner.more(crowd.now() - openedNanos));
            }
            hasMore = toSend.hasRemaining();
            crowd.sent(hasMore ? open.write(toSend) : 0);
            hasMore &= !toSend.hasRemaining() && mayGoOn;
        }
        SelectionKey registered = key;
        if (registered != null && registered.isValid()) {
            int reading = manner.reads() ? SelectionKey.OP_READ : 0;
            registered.interestOps(hasMore || toSend.hasRemaining() ? reading | SelectionKey.OP_WRITE : reading);
        }
    }

    private void arrived(Arrival so) {
        if (!wasInPlace && so.compareTo(manner.arrival()) >= 0) {
            wasInPlace = true;
            crowd.inPlace();
        }
    }

    private void lost() {
        boolean never = connecting;
        if (connecting) {
            connecting = false;
            crowd.connecting(-1);
        }
        long life = crowd.now() - openedNanos;
        leave();
        if (never) {
            crowd.failed(this);
        } else {
            crowd.sentAway(this, life);
        }
    }

    /** Goes without a word. */
    void leave() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new SiegeException("a connection could not be closed", e);
        }
        channel = null;
    }
}
