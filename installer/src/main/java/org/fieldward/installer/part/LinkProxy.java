package org.fieldward.installer.part;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A wire that can be cut: stands between gateway and core on loopback, passes bytes on, counts them, and breaks when told.
 * Thread-safe.
 */
public final class LinkProxy implements AutoCloseable {

    /** What the wire does to connections. */
    public enum State {
        /** Passes everything. */
        OPEN,
        /** Resets what is there and refuses what comes. */
        CUT,
        /** Passes everything, late and little by little: 600 ms there and back, 50 kbit/s each way. */
        SLOW,
        /** Accepts and stays connected, and passes nothing: what a broken radio link looks like. */
        HALF_OPEN
    }

    private static final long SLOW_NANOS = 300_000_000;
    private static final long SLOW_NANOS_A_BYTE = 8_000_000_000L / 50_000;

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesUp = new AtomicLong();
    private final Object gate = new Object();
    private volatile State state = State.OPEN;

    public LinkProxy(int targetPort) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new PartException("no port for the wire", e);
        }
        Thread.ofPlatform().daemon().name("wire-accept").start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Bytes from gateway to core since the start. */
    public long bytesUp() {
        return bytesUp.get();
    }

    public void become(State next) {
        synchronized (gate) {
            state = next;
            gate.notifyAll();
        }
        if (next == State.CUT) {
            sockets.forEach(LinkProxy::reset);
        }
    }

    @Override
    public void close() throws IOException {
        become(State.CUT);
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                if (state == State.CUT) {
                    reset(from);
                } else {
                    connect(from);
                }
            } catch (IOException refused) {
                // That is what this class is for; the next one comes.
                sockets.removeIf(Socket::isClosed);
            }
        }
    }

    private void connect(Socket from) throws IOException {
        sockets.add(from);
        Socket to = new Socket();
        try {
            // What passes through must not be slower for it: neither side's small packets wait for an acknowledgement.
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            to.connect(target, 5000);
        } catch (IOException e) {
            reset(from);
            return;
        }
        sockets.add(to);
        Thread.ofVirtual().start(() -> pass(from, to, bytesUp));
        Thread.ofVirtual().start(() -> pass(to, from, new AtomicLong()));
    }

    private void pass(Socket from, Socket to, AtomicLong counter) {
        byte[] buffer = new byte[16 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitOpen();
                dawdle(length);
                out.write(buffer, 0, length);
                counter.addAndGet(length);
            }
        } catch (IOException e) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void awaitOpen() throws InterruptedException, IOException {
        synchronized (gate) {
            while (state == State.HALF_OPEN) {
                gate.wait();
            }
        }
        if (state == State.CUT) {
            throw new IOException("the wire is cut");
        }
    }

    private void dawdle(int bytes) throws InterruptedException {
        long until = System.nanoTime() + SLOW_NANOS + bytes * SLOW_NANOS_A_BYTE;
        synchronized (gate) {
            while (state == State.SLOW && System.nanoTime() < until) {
                gate.wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
            }
        }
    }

    private static void reset(Socket socket) {
        try {
            // Linger 0 sends RST, as a cut does; a polite FIN would be too kind a test.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            return;
        }
    }
}
