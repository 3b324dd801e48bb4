package dev.sluice.evaluator.tracking;

import dev.sluice.trainer.contract.FiringDensity;
import java.util.ArrayList;
import java.util.List;

/**
 * TensorBoard's protobuf messages, by their field numbers: {@code Event {double wall_time = 1; int64 step = 2; string
 * file_version = 3; Summary summary = 5; SessionLog session_log = 7}}, {@code Summary {repeated Value value = 1}}, {@code
 * Value {string tag = 1; float simple_value = 2; HistogramProto histo = 5}}.
 */
final class Event {
    static final int WALL_TIME = 1;
    static final int STEP = 2;
    static final int SUMMARY = 5;
    static final int SESSION_LOG = 7;
    static final int VALUE = 1;
    static final int TAG = 1;

    private static final int FILE_VERSION = 3;
    private static final int SIMPLE_VALUE = 2;
    private static final int HISTOGRAM = 5;
    private static final int STATUS = 1;
    private static final int START = 1;

    /** What every file begins with. */
    private static final String VERSION = "brain.Event:2";

    /** Of a histogram of firing rates. */
    private static final String DENSITY = "firing_rate";

    private Event() {}

    static byte[] version(double wallTime) {
        return new Message()
                .float64(WALL_TIME, wallTime)
                .text(FILE_VERSION, VERSION)
                .toByteArray();
    }

    /** From here on another training counts: a reader forgets what stands before it. */
    static byte[] start(double wallTime) {
        return new Message()
                .float64(WALL_TIME, wallTime)
                .message(SESSION_LOG, new Message().number(STATUS, START))
                .toByteArray();
    }

    static byte[] of(TrackedPoint point) {
        Message summary = new Message();
        point.scalars()
                .forEach((tag, value) ->
                        summary.message(VALUE, new Message().text(TAG, tag).float32(SIMPLE_VALUE, value.floatValue())));
        FiringDensity density = point.density();
        if (density != null) {
            summary.message(
                    VALUE,
                    new Message().text(TAG, point.split() + "/" + DENSITY).message(HISTOGRAM, histogram(density)));
        }
        return new Message()
                .float64(WALL_TIME, point.wallTime())
                .number(STEP, point.tokens())
                .message(SUMMARY, summary)
                .toByteArray();
    }

    /**
     * {@code HistogramProto {double min = 1, max = 2, num = 3, sum = 4, sum_squares = 5; repeated double bucket_limit = 6,
     * bucket = 7}} of latents over their firing rates; a latent counts with the upper end of its bucket.
     */
    private static Message histogram(FiringDensity density) {
        List<Double> rates = FiringDensity.RATES;
        List<Double> latents = new ArrayList<>();
        double sum = 0;
        double squares = 0;
        double most = 0;
        long below = 0;
        for (int i = 0; i < rates.size(); i++) {
            long here = density.latents().get(i) - below;
            below += here;
            latents.add((double) here);
            sum += here * rates.get(i);
            squares += here * rates.get(i) * rates.get(i);
            most = here > 0 ? rates.get(i) : most;
        }
        return new Message()
                .float64(1, 0)
                .float64(2, most)
                .float64(3, (double) below)
                .float64(4, sum)
                .float64(5, squares)
                .float64s(6, rates)
                .float64s(7, latents);
    }
}
