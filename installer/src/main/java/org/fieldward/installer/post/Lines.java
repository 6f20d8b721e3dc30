package org.fieldward.installer.post;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Connections that stay open, each with one request under way; one thread does it all, so that what is measured keeps the
 * machine. Not thread-safe.
 */
final class Lines implements AutoCloseable {

    private static final Pattern HEAD = Pattern.compile(
            "HTTP/1\\.1 (\\d{3}).*?\r\nContent-Length: *(\\d+)\r\n.*", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final int MAX_ANSWER = 16 << 10;

    /** Hears the answers. */
    interface Ear {

        /**
         * @param place what the request was sent with
         * @param status as HTTP has it, or a word where there was no answer
         */
        void answered(int place, String status);
    }

    private final InetSocketAddress address;
    private final Ear ear;
    private final Selector selector = Selector.open();
    private final Deque<Line> idle = new ArrayDeque<>();
    private final int size;

    /** One connection, and what came on it of the answer that it waits for. */
    private static final class Line {
        private final SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER);
        private int place;

        Line(SocketChannel channel) {
            this.channel = channel;
        }
    }

    Lines(InetSocketAddress address, int size, Ear ear) throws IOException {
        this.address = address;
        this.size = size;
        this.ear = ear;
        for (int i = 0; i < size; i++) {
            idle.add(open());
        }
    }

    private Line open() throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var line = new Line(channel);
        channel.register(selector, SelectionKey.OP_READ, line);
        return line;
    }

    /** Waits for a free connection; the caller counts that as part of the answer's time. */
    void send(int place, byte[] request) throws IOException {
        while (idle.isEmpty()) {
            listen(Duration.ofMillis(100));
        }
        Line line = idle.pop();
        line.place = place;
        ByteBuffer bytes = ByteBuffer.wrap(request);
        try {
            while (bytes.hasRemaining()) {
                line.channel.write(bytes);
            }
        } catch (IOException e) {
            lost(line);
        }
    }

    /** Takes what comes, until the time is over or something came. */
    void listen(Duration atMost) throws IOException {
        selector.select(key -> hear((Line) key.attachment()), Math.max(1, atMost.toMillis()));
    }

    private void hear(Line line) {
        try {
            if (line.channel.read(line.answer) < 0 || !line.answer.hasRemaining()) {
                lost(line);
                return;
            }
            String text = new String(line.answer.array(), 0, line.answer.position(), StandardCharsets.US_ASCII);
            int body = text.indexOf("\r\n\r\n") + 4;
            Matcher head = HEAD.matcher(body < 4 ? "" : text.substring(0, body));
            if (head.matches() && text.length() - body >= Integer.parseInt(head.group(2))) {
                line.answer.clear();
                idle.push(line);
                ear.answered(line.place, head.group(1));
            }
        } catch (IOException e) {
            lost(line);
        }
    }

    private void lost(Line line) {
        try {
            line.channel.close();
            if (!idle.remove(line)) {
                ear.answered(line.place, "lost");
            }
            idle.add(open());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the core takes no connection", e);
        }
    }

    /** Returns when everything is answered, or the patience at an end. */
    void finish(Duration patience) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        while (idle.size() < size && System.nanoTime() < until) {
            listen(Duration.ofMillis(100));
        }
        for (SelectionKey key : selector.keys()) {
            var line = (Line) key.attachment();
            if (key.isValid() && !idle.contains(line)) {
                ear.answered(line.place, "late");
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
