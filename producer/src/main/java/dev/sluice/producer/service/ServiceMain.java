package dev.sluice.producer.service;

import java.net.BindException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service as a process of its own, from the command line to the exit code: 0 when it was told to stop and did, 1 when
 * it failed, 2 when its configuration is wrong. SIGTERM and Ctrl-C ask it to stop within the grace period; a second one,
 * or the end of that period, ends it at once.
 */
public final class ServiceMain {
    public static final int STOPPED = 0;
    public static final int FAILED = 1;
    public static final int WRONG_CONFIGURATION = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
    private static final Duration TICK = Duration.ofMillis(200);

    /** For what stops last, after the services had theirs. */
    private static final Duration RESERVE = Duration.ofSeconds(2);

    private final Thread main = Thread.currentThread();
    private final ServiceProcess process;
    private final Duration grace;
    private boolean starting = true;
    private boolean stopped;

    /** Puts the parts of a service together, in its process. */
    public interface Start {
        void start(Configuration values, ServiceConfiguration common, ServiceProcess process)
                throws InterruptedException;
    }

    private ServiceMain(Duration grace) {
        this.grace = grace;
        Duration services = grace.minus(RESERVE);
        this.process = new ServiceProcess(services.isNegative() || services.isZero() ? grace : services);
    }

    /**
     * Runs until the service is told to stop or fails.
     *
     * @return the exit code
     */
    public static int run(Schema schema, String[] arguments, Start start) {
        try {
            if (new CommandLineOptions(schema, arguments).printHelp()) {
                return STOPPED;
            }
            Configuration values = Configuration.read(schema, System.getenv(), arguments);
            values.lines().forEach(line -> LOG.info("{}", line));
            ServiceConfiguration common = ServiceConfiguration.of(values);
            return new ServiceMain(common.grace())
                    .run(process -> start.start(values, common.observedBy(process.clients()), process));
        } catch (ConfigurationException e) {
            report(schema.service(), e.problems());
            return WRONG_CONFIGURATION;
        }
    }

    private static void report(String service, List<String> problems) {
        LOG.error(
                "the {} cannot start: {} of its configuration\n  {}",
                service,
                problems.size() == 1 ? "one problem" : problems.size() + " problems",
                String.join("\n  ", problems));
    }

    private interface Body {
        void start(ServiceProcess process) throws InterruptedException;
    }

    private int run(Body body) {
        Signals.onStop(this::signal);
        try (process) {
            return start(body) ? watch() : STOPPED;
        } catch (InterruptedException e) {
            return STOPPED; // by the signal, which interrupts a start
        } catch (ConfigurationException e) {
            throw e;
        } catch (RuntimeException e) {
            if (isStopped()) {
                return STOPPED;
            }
            if (e.getCause() instanceof BindException) {
                LOG.error("the start failed: {}", e.getMessage());
            } else {
                LOG.error("the start failed", e);
            }
            return FAILED;
        } finally {
            boolean unused = Thread.interrupted();
        }
    }

    /** False if the process was told to stop meanwhile. */
    private boolean start(Body body) throws InterruptedException {
        body.start(process);
        synchronized (this) {
            starting = false;
            if (!stopped) {
                process.started();
                LOG.info("started");
            }
            return !stopped;
        }
    }

    private int watch() throws InterruptedException {
        while (!isStopped()) {
            if (process.awaitFailure(TICK).isPresent()) {
                return FAILED;
            }
        }
        return STOPPED;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void signal() {
        if (stopped) {
            LOG.warn("told to stop a second time: ending at once");
            Runtime.getRuntime().halt(FAILED);
        }
        stopped = true;
        LOG.info("told to stop, within {} s", grace.toSeconds());
        Thread watch = new Thread(this::endAfterGrace, "stop-grace");
        watch.setDaemon(true);
        watch.start();
        if (starting) {
            main.interrupt();
        }
    }

    private void endAfterGrace() {
        try {
            main.join(grace.toMillis()); // which leaves by ending the process
            LOG.error("not stopped within stop.grace = {} s: ending at once", grace.toSeconds());
            Runtime.getRuntime().halt(FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
