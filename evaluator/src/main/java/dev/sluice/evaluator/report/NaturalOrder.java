package dev.sluice.evaluator.report;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Names as people order them, and as the page does: k8 before k16. */
enum NaturalOrder implements Comparator<String> {
    INSTANCE;

    private static final Pattern RUN = Pattern.compile("\\d+|\\D+");

    @Override
    public int compare(String a, String b) {
        Iterator<String> left = runs(a).iterator();
        Iterator<String> right = runs(b).iterator();
        while (left.hasNext() && right.hasNext()) {
            int order = ofRuns(left.next(), right.next());
            if (order != 0) {
                return order;
            }
        }
        return left.hasNext() || right.hasNext() ? Boolean.compare(left.hasNext(), right.hasNext()) : a.compareTo(b);
    }

    private static List<String> runs(String name) {
        return RUN.matcher(name).results().map(MatchResult::group).toList();
    }

    private static int ofRuns(String a, String b) {
        return Character.isDigit(a.charAt(0)) && Character.isDigit(b.charAt(0))
                ? new BigInteger(a).compareTo(new BigInteger(b))
                : a.compareTo(b);
    }
}
