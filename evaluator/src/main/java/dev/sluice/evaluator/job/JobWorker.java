package dev.sluice.evaluator.job;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one ticket of the board after another. */
final class JobWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);
    private static final long WAIT_MILLIS = 100;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Workplace place;
    private volatile boolean stopping;

    JobWorker(Workplace place) {
        this.place = place;
    }

    /** Takes no further ticket; the thread is to be interrupted, to drop the one at hand. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                place.tick();
                Optional<Ticket> ticket = place.board().next(WAIT_MILLIS);
                if (ticket.isPresent()) {
                    perform(ticket.get());
                }
            }
        } catch (InterruptedException | InterruptException expected) {
            LOG.debug("the worker ends");
        } catch (RuntimeException | Error e) { // a thread must not end unheard
            if (!stopping) {
                place.listener().failed(e);
            }
        } finally {
            // The clients cannot close on a thread that is still marked as interrupted.
            boolean unused = Thread.interrupted();
            place.close();
        }
    }

    /**
     * What Kafka cannot give or take now is computed again later: what is done is what is in the log. Other logs are
     * read in between.
     */
    private void perform(Ticket ticket) throws InterruptedException {
        try {
            new JobRun(place, ticket).perform();
        } catch (RetriableException e) {
            LOG.warn("{} is to be done again: {}", ticket.job().name(), e.getMessage());
            place.board().postpone(ticket, System.nanoTime() + PAUSE_NANOS);
        }
    }
}
