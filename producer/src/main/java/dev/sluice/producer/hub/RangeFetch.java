package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.Attempts;
import dev.sluice.producer.hub.net.Body;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.hub.net.Pause;
import dev.sluice.producer.hub.net.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One range of a file, however often the connection is cut: each request asks for what is still missing. */
final class RangeFetch {

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int MAX_REDIRECTS = 5;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

    /** Up to here a server may send a whole file where a range of it was asked for. */
    private static final long MAX_WHOLE_BYTES = 64L << 20;

    private final FileSource source;
    private final Wire wire;
    private final Pause pause;

    RangeFetch(FileSource source, Wire wire, Pause pause) {
        this.source = source;
        this.wire = wire;
        this.pause = pause;
    }

    /**
     * @param onBytes hears of each arrival
     * @throws HubException if it cannot be had
     */
    byte[] fetch(long from, int length, IntConsumer onBytes) {
        Body body = new Body(length, onBytes);
        Attempts attempts = new Attempts("fetching " + source.name(), Attempts.MANY, pause);
        while (!body.isFull()) {
            int before = body.filled();
            URI address = source.address();
            try {
                HttpResponse<Void> answer = ask(address, body, from + before, from + length - 1);
                if (answer.statusCode() == OK || answer.statusCode() == PARTIAL) {
                    requireFull(body, address);
                } else if (Attempts.isPassing(answer.statusCode())) {
                    attempts.refused(answer);
                } else {
                    source.refused(address, answer, attempts);
                }
            } catch (IOException e) {
                if (body.filled() > before) {
                    attempts.progressed();
                }
                attempts.failed(e);
            }
        }
        return body.bytes();
    }

    private static void requireFull(Body body, URI address) throws IOException {
        if (!body.isFull()) {
            throw new IOException(address.getHost() + " ended the answer after " + body.filled() + " bytes of a range");
        }
    }

    /** Follows redirects between content servers; the token stays at the hub. */
    private HttpResponse<Void> ask(URI address, Body body, long from, long last) throws IOException {
        URI target = address;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            HttpRequest request = wire.request(target)
                    .header("Range", "bytes=" + from + "-" + last)
                    .GET()
                    .build();
            HttpResponse<Void> answer = wire.send(request, handler(body, from), body::filled);
            if (!Wire.isRedirect(answer)) {
                return answer;
            }
            target = Wire.redirect(answer);
        }
        throw new IOException(address.getHost() + " redirects in a circle");
    }

    private BodyHandler<Void> handler(Body body, long from) {
        return info -> {
            if (info.statusCode() == PARTIAL) {
                String range = info.headers().firstValue("Content-Range").orElse("");
                Matcher form = CONTENT_RANGE.matcher(range);
                if (!form.matches() || Long.parseLong(form.group(1)) != from) {
                    throw new IllegalStateException(
                            "Content-Range must begin at byte " + from + ", got '" + range + "'");
                }
                return body.append(0).apply(info);
            }
            if (info.statusCode() == OK) {
                if (source.size() > MAX_WHOLE_BYTES) {
                    throw new IllegalStateException(
                            "a server of a file this large must answer ranges with 206, got 200");
                }
                return body.append(from).apply(info);
            }
            return BodySubscribers.discarding();
        };
    }
}
