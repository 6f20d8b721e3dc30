package org.fieldward.core.distribution.entry;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.IntConsumer;

/** Has an access recorded before the first byte of its answer. */
public final class KeptResponse extends HttpServletResponseWrapper {

    private final IntConsumer record;
    private boolean recorded;

    /** @param record takes the answer's status, and throws if it must not be given */
    public KeptResponse(HttpServletResponse response, IntConsumer record) {
        super(response);
        this.record = record;
    }

    /** For an answer that goes another way than through here: records it now, if it is to be. */
    public static void settle(HttpServletResponse response) {
        if (response instanceof KeptResponse kept) {
            kept.settle();
        }
    }

    /** At the latest when the answer is done. */
    public void settle() {
        settle(getStatus());
    }

    private void settle(int status) {
        if (!recorded) {
            // Not before: whoever catches the failure and answers something else fails again.
            record.accept(status);
            recorded = true;
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        settle();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        settle();
        return super.getWriter();
    }

    @Override
    public void sendError(int status) throws IOException {
        settle(status);
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        settle(status);
        super.sendError(status, message);
    }

    @Override
    public void flushBuffer() throws IOException {
        settle();
        super.flushBuffer();
    }
}
