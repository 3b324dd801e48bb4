package dev.sluice.trainer.dictionary;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One key of a spec, as users write it. The reader, the checks, the contract of the REST resource, the table of the README
 * and the form of the page all follow from it.
 *
 * @param name in kebab-case; one of an object within has the object's name and a dot before it
 * @param absent the value where users give none; null if it comes from the run, or if there must be one
 * @param bounds of a number, or of each in a list
 * @param words that a text, or each in a list, may be; empty for any
 */
public record Key(String name, Type type, @Nullable Object absent, Bounds bounds, List<String> words, Note note) {
    /** What values are. */
    public enum Type {
        INTEGER,
        LONG,
        NUMBER,
        BOOLEAN,
        TEXT,
        INTEGERS,
        TEXTS;

        public boolean isList() {
            return this == INTEGERS || this == TEXTS;
        }

        /** The same in words of the REST resource, which has one for both widths of integers. */
        public String word() {
            return this == LONG ? "integer" : name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What people are told.
     *
     * @param text one line on what the value does
     * @param unit of the value, null for none
     * @param letter that stands for the key in the ids of a grid, null for its name
     * @param form whether the short form of the page asks for it
     */
    public record Note(
            String text, @Nullable String unit, @Nullable String letter, boolean form) {
        static final Note NONE = new Note("", null, null, false);
    }

    private static Key of(String name, Type type, @Nullable Object absent) {
        return new Key(name, type, absent, Bounds.NONE, List.of(), Note.NONE);
    }

    /** A whole number of 32 bits. */
    public static Key integer(String name, @Nullable Integer absent) {
        return of(name, Type.INTEGER, absent);
    }

    /** A whole number of 64 bits. */
    public static Key whole(String name, @Nullable Long absent) {
        return of(name, Type.LONG, absent);
    }

    /** A finite number, not negative. */
    public static Key number(String name, double absent) {
        return of(name, Type.NUMBER, absent).atLeast(0.0);
    }

    /** A number from 0 to 1. */
    public static Key share(String name, double absent) {
        return of(name, Type.NUMBER, absent).atLeast(0).atMost(1);
    }

    public static Key flag(String name, boolean absent) {
        return of(name, Type.BOOLEAN, absent);
    }

    /** @param words that it may be, none for any text */
    public static Key word(String name, @Nullable String absent, String... words) {
        return of(name, Type.TEXT, absent).withWords(words);
    }

    /** A list of positive whole numbers. */
    public static Key integers(String name, List<Integer> absent) {
        return of(name, Type.INTEGERS, absent).atLeast(1);
    }

    /** A list of some of the words. */
    public static Key words(String name, List<String> absent, List<String> words) {
        return of(name, Type.TEXTS, absent).withWords(words.toArray(String[]::new));
    }

    private Key within(Bounds range) {
        return new Key(name, type, absent, range, words, note);
    }

    private Key withWords(String... all) {
        return new Key(name, type, absent, bounds, List.of(all), note);
    }

    private Key with(Note said) {
        return new Key(name, type, absent, bounds, words, said);
    }

    public Key atLeast(Number least) {
        return within(bounds.from(least, false));
    }

    public Key atMost(Number most) {
        return within(bounds.to(most, false));
    }

    public Key above(Number least) {
        return within(bounds.from(least, true));
    }

    public Key below(Number most) {
        return within(bounds.to(most, true));
    }

    /** May not exceed the value of this other key. */
    public Key notAbove(String other) {
        return within(bounds.notAbove(other));
    }

    public Key text(String line) {
        return with(new Note(line, note.unit(), note.letter(), note.form()));
    }

    public Key unit(String unit) {
        return with(new Note(note.text(), unit, note.letter(), note.form()));
    }

    public Key letter(String letter) {
        return with(new Note(note.text(), note.unit(), letter, note.form()));
    }

    public Key inForm() {
        return with(new Note(note.text(), note.unit(), note.letter(), true));
    }

    /** Where JSON on the wire, and a record of it, has the value: a JSON pointer in snake_case. */
    public String pointer() {
        return "/" + name.replace('.', '/').replace('-', '_');
    }
}
