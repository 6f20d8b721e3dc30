package org.fieldward.simulator.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.packet.Packets;
import org.jspecify.annotations.Nullable;

/** One device of the load, over as many TCP connections as it needs. Lives on its generator's event loop. */
final class Connection {

    private static final int CONNACK = 0x20;
    private static final int PUBACK = 0x40;
    private static final int MAX_BATCH_BYTES = 1 << 17;

    private final DeviceId device;
    private final Generator generator;
    private final int index;
    private final LoadPlan plan;
    private final Template template;
    /** When each packet identifier (less one) was sent or meant to be sent; 0 if it is free. */
    private final long[] sentAt;

    private final int mask;
    private final long firstMillis;
    private @Nullable Channel channel;
    private int cursor;
    private int inFlight;
    private long due;
    private long ordinal;

    Connection(DeviceId device, Generator generator, int index, LoadPlan plan) {
        this.device = device;
        this.generator = generator;
        this.index = index;
        this.plan = plan;
        template = new Template(device, plan.shape().readings(), plan.shape().values());
        sentAt = new long[Integer.highestOneBit(Math.max(1, plan.window() * 2 - 1))];
        mask = sentAt.length - 1;
        firstMillis = plan.shape().start().toEpochMilli();
    }

    /** A fresh handler for a fresh TCP connection. */
    ChannelInboundHandlerAdapter handler() {
        return new Handler();
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        private ByteBuf rest = Unpooled.EMPTY_BUFFER;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            var unused = context.writeAndFlush(connect());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf in = (ByteBuf) message;
            if (rest.isReadable()) {
                in = Unpooled.wrappedBuffer(rest, in);
            }
            take(in, context);
            rest = in.isReadable() ? in : Unpooled.EMPTY_BUFFER;
            if (!in.isReadable()) {
                in.release();
            }
            pump();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            pump();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof LoadException wrong) {
                generator.failed(wrong);
            }
            var unused = context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            rest.release();
            rest = Unpooled.EMPTY_BUFFER;
            channel = null;
            generator.lost(Connection.this, inFlight);
            Arrays.fill(sentAt, 0);
            inFlight = 0;
        }
    }

    /** Whatever a server sends to a publisher has fewer than 128 bytes: one byte of remaining length. */
    private void take(ByteBuf in, ChannelHandlerContext context) {
        long now = generator.now();
        while (in.readableBytes() >= 2) {
            int begin = in.readerIndex();
            int length = in.getUnsignedByte(begin + 1);
            if (length > 127) {
                throw new LoadException("the gateway sent a packet of a kind that no publisher gets");
            }
            if (in.readableBytes() < 2 + length) {
                return;
            }
            int type = in.getUnsignedByte(begin) & 0xF0;
            if (type == PUBACK) {
                acknowledged(in.getUnsignedShort(begin + 2), now);
            } else if (type == CONNACK) {
                welcomed(in.getUnsignedByte(begin + 3), context);
            }
            in.skipBytes(2 + length);
        }
    }

    private void welcomed(int code, ChannelHandlerContext context) {
        if (code != 0) {
            generator.refused(code);
            var unused = context.close();
            return;
        }
        channel = context.channel();
        generator.welcomed(this);
    }

    private void acknowledged(int packetId, long now) {
        int slot = packetId - 1;
        if (slot < 0 || slot > mask || sentAt[slot] == 0) {
            throw new LoadException("the gateway acknowledged the packet " + packetId + ", which was not sent");
        }
        generator.acknowledged(now - sentAt[slot]);
        sentAt[slot] = 0;
        inFlight--;
    }

    /** Open loop: one more publish is due, whether there is room for it or not. */
    void due() {
        due++;
    }

    /** Sends what may be sent, in one write. */
    void pump() {
        Channel open = channel;
        if (open == null || !open.isWritable() || !generator.isSending()) {
            return;
        }
        boolean isOpenLoop = plan.course().isOpenLoop();
        int room = plan.window() - inFlight;
        int count = Math.min(
                isOpenLoop ? (int) Math.min(room, due) : room, Math.max(1, MAX_BATCH_BYTES / template.length()));
        if (count <= 0) {
            return;
        }
        ByteBuf out = open.alloc().directBuffer(count * template.length());
        long now = generator.now();
        int sent = 0;
        while (sent < count && sentAt[cursor] == 0) {
            sentAt[cursor] = isOpenLoop ? generator.meantAt(index, ordinal) : now;
            template.write(out, cursor + 1, firstMillis + ordinal * plan.shape().readings());
            cursor = (cursor + 1) & mask;
            ordinal++;
            sent++;
        }
        inFlight += sent;
        due -= isOpenLoop ? sent : 0;
        var unused = open.writeAndFlush(out, open.voidPromise());
    }

    /** Keep-alive is off: the load itself shows that the device is alive. */
    private ByteBuf connect() {
        return Unpooled.wrappedBuffer(
                Packets.connect(device.name(), device.name(), plan.logins().password(device), 0));
    }
}
