package dev.sluice.evaluator.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A logarithmic axis.
 *
 * @param least value at {@code from}
 * @param most value at {@code to}
 * @param from pixel
 * @param to pixel
 */
record ParetoScale(double least, double most, double from, double to) {
    private static final double[] STEPS = {1, 2, 5};

    /** An axis with some room around the values; around 1 where there are none. */
    static ParetoScale around(DoubleStream values, double from, double to) {
        double[] positive = values.filter(v -> v > 0).sorted().toArray();
        double least = positive.length == 0 ? 0.5 : positive[0];
        double most = positive.length == 0 ? 2 : positive[positive.length - 1];
        return new ParetoScale(least / 1.3, most * 1.3, from, to);
    }

    double at(double value) {
        double share = Math.log(Math.max(value, least) / least) / Math.log(most / least);
        return from + (to - from) * share;
    }

    /** 1, 2, 5 and their powers of ten within the axis. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
            for (double step : STEPS) {
                double tick = step * Math.pow(10, power);
                if (tick >= least && tick <= most) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
