package dev.sluice.producer.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody may have meant by a word that does not exist. */
public final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean latents?"}, or nothing if no word is near. */
    public static String of(String word, Collection<String> words) {
        return words.stream()
                .min(Comparator.comparingInt((String known) -> distance(word, known))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(known -> distance(word, known) <= Math.max(2, known.length() / 3))
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
    }

    /** Levenshtein: insertions, deletions and replacements from one word to the other, case and _ for - aside. */
    private static int distance(String from, String to) {
        String a = plain(from);
        String b = plain(to);
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
