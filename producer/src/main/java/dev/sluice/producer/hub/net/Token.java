package dev.sluice.producer.hub.net;

import java.net.http.HttpRequest;

/** The user's key to the hub; never printed. */
record Token(String secret) {

    /** True for what a header can carry. */
    static boolean isUsable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    void sign(HttpRequest.Builder request) {
        request.header("Authorization", "Bearer " + secret);
    }

    @Override
    public String toString() {
        return "***";
    }
}
