package org.fieldward.installer.part;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Asks again and again, with a pause between, until the answer is as wanted or time is over. */
final class Patience {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private Patience() {}

    /**
     * An error that quotes the last answer if that takes too long.
     *
     * @param what is asked, for the error
     * @param question may fail with a {@link PartException}, which counts as an unwanted answer
     */
    static <T> T await(String what, Supplier<T> question, Predicate<T> wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        String last = "nothing";
        while (System.nanoTime() < deadline) {
            try {
                T answer = question.get();
                if (wanted.test(answer)) {
                    return answer;
                }
                last = answer.toString();
            } catch (PartException e) {
                last = String.valueOf(e.getMessage());
            }
            pause(what);
        }
        throw new PartException(what + " was not as wanted within " + limit + ", the last answer was " + last);
    }

    private static void pause(String what) {
        try {
            new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("interrupted while waiting for " + what, e);
        }
    }
}
