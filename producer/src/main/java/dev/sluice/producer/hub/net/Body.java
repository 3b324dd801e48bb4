package dev.sluice.producer.hub.net;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that arrive in one or more answers: a cut one leaves what it brought, and the next goes on behind it. What an
 * abandoned answer still brings is dropped. Safe for several threads.
 */
public final class Body {

    private final int limit;
    private final IntConsumer onBytes;
    private byte[] bytes = new byte[0];
    private int filled;
    private int answer;

    /**
     * @param limit in bytes; what lies behind is not read
     * @param onBytes hears of each arrival's length
     */
    public Body(int limit, IntConsumer onBytes) {
        this.limit = limit;
        this.onBytes = onBytes;
    }

    public synchronized int filled() {
        return filled;
    }

    public boolean isFull() {
        return filled() == limit;
    }

    public synchronized byte[] bytes() {
        return filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled);
    }

    /** Takes the next answer behind what is there, and nothing more from earlier ones. */
    public synchronized BodyHandler<Void> append(long skip) {
        answer++;
        Appending appending = new Appending(answer, skip);
        return info -> appending;
    }

    /** True when no more is wanted. */
    private boolean add(int from, ByteBuffer part) {
        int taken;
        synchronized (this) {
            if (from != answer) {
                return true;
            }
            taken = Math.min(part.remaining(), limit - filled);
            if (filled + taken > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(filled + taken, 2 * bytes.length)));
            }
            part.get(bytes, filled, taken);
            filled += taken;
        }
        onBytes.accept(taken);
        return isFull();
    }

    private final class Appending implements BodySubscriber<Void> {
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final int number;
        private long skip;
        private Flow.@Nullable Subscription subscription;

        Appending(int number, long skip) {
            this.number = number;
            this.skip = skip;
        }

        @Override
        public CompletionStage<Void> getBody() {
            return end;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            for (ByteBuffer part : parts) {
                int passed = (int) Math.min(skip, part.remaining());
                skip -= passed;
                part.position(part.position() + passed);
                if (add(number, part) && subscription != null && part.hasRemaining()) {
                    subscription.cancel();
                    end.complete(null);
                    return;
                }
            }
        }

        @Override
        public void onError(Throwable cause) {
            end.completeExceptionally(cause);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
