package dev.sluice.local.console;

import dev.sluice.producer.contract.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the page's JSON API, as any other client would. */
public final class PageClient {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI page;

    /** @param page its address, with a slash at the end */
    public PageClient(URI page) {
        this.page = page;
    }

    /** How these streams do together: of them alone, with the progress of the slowest. */
    public Overview overview(List<String> streams) throws IOException, InterruptedException {
        List<Overview> each = new ArrayList<>();
        for (String stream : streams) {
            each.add(Json.mapper().readValue(get("api/v1/overview?stream=" + stream), Overview.class));
        }
        return Overview.slowest(each, streams);
    }

    /** The variants on these streams. */
    public Variants variants(List<String> streams) throws IOException, InterruptedException {
        return Json.mapper().readValue(get("api/v1/table"), Variants.class).on(streams);
    }

    /**
     * The body that the page gives for a path.
     *
     * @param path relative to the page, e.g. {@code api/v1/report}
     * @throws IOException if there is no answer in ten seconds, or another than 200
     */
    public byte[] get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(page.resolve(path)).timeout(LIMIT).build();
        var answer = http.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(page.resolve(path) + " must answer 200, got " + answer.statusCode());
        }
        return answer.body();
    }
}
