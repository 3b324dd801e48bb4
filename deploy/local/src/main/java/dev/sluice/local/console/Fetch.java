package dev.sluice.local.console;

/**
 * How far a download is.
 *
 * @param what is fetched, e.g. {@code model}
 * @param have bytes that are there
 * @param all bytes that are to be there
 * @param bytesPerSecond of this run, 0 while it is not known
 */
record Fetch(String what, long have, long all, double bytesPerSecond) {}
