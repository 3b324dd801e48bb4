package dev.sluice.producer.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Variables that torch's libraries read before Java could set them, and on which bits depend: with a team of threads
 * that changes its size, a product may be summed in another order.
 */
final class NativeEnvironment {
    private static final List<String> MUST_BE_FALSE = List.of("MKL_DYNAMIC", "OMP_DYNAMIC");

    private NativeEnvironment() {}

    static List<String> problems(Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        for (String variable : MUST_BE_FALSE) {
            String value = environment.getOrDefault(variable, "nothing");
            if (!value.equalsIgnoreCase("false")) {
                problems.add("environment variable " + variable + " must be false, got " + value
                        + ": else a restart may give other bits");
            }
        }
        return problems;
    }
}
