package dev.sluice.producer.hub;

/** Counts the bytes of one fetch of several files. Safe for several threads. */
final class Progress {

    private final HubListener listener;
    private final String what;
    private final long all;
    private long have;
    private long before;

    /** @param all bytes that are to come */
    Progress(HubListener listener, String what, long all) {
        this.listener = listener;
        this.what = what;
        this.all = all;
    }

    /** Of the next file. */
    synchronized void begin() {
        before = have;
    }

    synchronized void add(long bytes) {
        have += bytes;
        listener.progress(what, Math.min(have, all), all);
    }

    /** What was counted of the current file is not there after all. */
    synchronized void restart() {
        have = before;
    }
}
