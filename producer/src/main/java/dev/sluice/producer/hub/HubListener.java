package dev.sluice.producer.hub;

/** Hears what is fetched from the hub. Calls come one at a time, some from threads of the download. */
public interface HubListener {
    /** A line for the user: what was found, with its licence; or what stands in for what. */
    void say(String line);

    /**
     * Bytes came in; called often.
     *
     * @param what is fetched, e.g. {@code model}
     * @param have bytes that are there
     * @param all bytes that are to be there
     */
    void progress(String what, long have, long all);

    /** What was fetched last is there. */
    void done();
}
