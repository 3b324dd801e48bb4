package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.StoppedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that publishes blocks. It takes them directly from the thread that computes them: while one is being sent,
 * one is being computed, and there is no third.
 */
final class Sender implements AutoCloseable {
    private static final long FINISH_MILLIS = 20_000;

    private final List<StreamPublisher> publishers;
    private final SynchronousQueue<Block> queue = new SynchronousQueue<>();
    private final CompletableFuture<Void> sent = new CompletableFuture<>();
    private final Thread thread = new Thread(this::send, "sluice-producer-send");
    private volatile boolean closing;

    Sender(List<StreamPublisher> publishers) {
        this.publishers = publishers;
    }

    void start() {
        thread.start();
    }

    /**
     * Returns when the thread has taken the block.
     *
     * @param tick called about every second while waiting; throws {@link StoppedException} to give up
     * @throws RuntimeException why an earlier block was not sent
     */
    void give(Block block, Runnable tick) {
        try {
            do {
                tick.run();
                if (sent.isDone()) {
                    Waiting.on(sent, tick);
                }
            } while (!queue.offer(block, Waiting.TICK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw Waiting.interrupted();
        }
    }

    /** Returns when the last block has been sent; as {@link #give}. */
    void awaitEnd(Runnable tick) {
        Waiting.on(sent, tick);
    }

    private void send() {
        try {
            boolean last = false;
            while (!last) {
                Block block = take();
                last = block.windows().last();
                publishers.forEach(publisher -> publisher.publish(block));
            }
            sent.complete(null);
        } catch (RuntimeException | Error e) {
            sent.completeExceptionally(e);
        }
    }

    private Block take() {
        try {
            @Nullable Block block = null;
            while (block == null) {
                if (closing) {
                    throw new StoppedException();
                }
                block = queue.poll(Waiting.TICK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return block;
        } catch (InterruptedException e) {
            throw Waiting.interrupted();
        }
    }

    /** Lets the block being sent go out, or its transaction if the producer is being stopped; ends the thread. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(FINISH_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
