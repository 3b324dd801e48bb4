package dev.sluice.trainer.stream;

/**
 * How often a stream is read.
 *
 * @param count passes over the log in all
 * @param firstRow at which every pass but the one begun in starts
 */
public record Passes(int count, long firstRow) {}
