package dev.sluice.evaluator.rolling;

import dev.sluice.evaluator.Loopback;
import java.util.concurrent.CountDownLatch;

/** The topology in a process of its own, to be killed. */
final class RollingProcess {
    private RollingProcess() {}

    /** @param arguments bootstrap servers, width of a window */
    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch failure = new CountDownLatch(1);
        new Rolling(
                        Loopback.connection(arguments[0]),
                        "rolling-it",
                        Long.parseLong(arguments[1]),
                        reason -> {},
                        cause -> failure.countDown())
                .start();
        failure.await();
        Runtime.getRuntime().halt(1);
    }
}
