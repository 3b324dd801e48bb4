package dev.sluice.producer.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.producer.hub.net.Attempts;
import dev.sluice.producer.hub.net.Body;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.hub.net.HubSettings;
import dev.sluice.producer.hub.net.Pause;
import dev.sluice.producer.hub.net.UnreachableException;
import dev.sluice.producer.hub.net.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the hub says of one repository. */
final class HubApi {

    /** What a revision is, now. */
    record Revision(String commit, String licence) {}

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_ANSWER_BYTES = 64 << 20;
    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_FILES = 1_000_000;
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

    private final RepoName name;
    private final URI endpoint;
    private final Wire wire;
    private final Pause pause;
    private final Refusals refusals;

    HubApi(RepoName name, HubSettings settings, Wire wire, Pause pause) {
        this.name = name;
        this.endpoint = settings.endpoint();
        this.wire = wire;
        this.pause = pause;
        this.refusals = new Refusals(name, endpoint, settings.token() != null);
    }

    Revision revision() {
        JsonNode info =
                json(api("/revision/" + encoded(name.revision())), Attempts.FEW).body();
        String commit = info.path("sha").asText();
        if (!RepoName.isCommit(commit)) {
            throw unexpected("sha", "a commit of 40 hex digits", commit);
        }
        return new Revision(commit, licence(info));
    }

    private static String licence(JsonNode info) {
        JsonNode stated = info.path("cardData").path("license");
        Stream<String> licences = stated.isMissingNode() || stated.isNull()
                ? texts(info.path("tags"))
                        .filter(tag -> tag.startsWith("license:"))
                        .map(tag -> tag.substring(8))
                : stated.isArray() ? texts(stated) : Stream.of(stated.asText());
        return licences.map(text -> text.replaceAll("[^\\w.+ -]", "")).collect(Collectors.joining(", "));
    }

    private static Stream<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }

    /** Every file at a commit, in the order of the hub. */
    List<RepoFile> files(String commit) {
        List<RepoFile> files = new ArrayList<>();
        Optional<URI> page = Optional.of(api("/tree/" + commit + "?recursive=true"));
        while (page.isPresent()) {
            Answer answer = json(page.get(), Attempts.MANY);
            for (JsonNode entry : answer.body()) {
                if (entry.path("type").asText().equals("file")) {
                    files.add(file(entry));
                }
            }
            if (files.size() > MAX_FILES) {
                throw new HubException(name + " must have at most " + MAX_FILES + " files, got more");
            }
            page = answer.next();
        }
        return files;
    }

    private RepoFile file(JsonNode entry) {
        String path = RepoPath.checked(entry.path("path").asText(), endpoint + "/" + name.id());
        JsonNode large = entry.path("lfs");
        JsonNode described = large.isObject() ? large : entry;
        String oid = described.path("oid").asText().replaceFirst("^sha256:", "");
        long size = described.path("size").asLong(-1);
        ContentHash hash = ContentHash.parse(oid).orElseThrow(() -> unexpected("oid of " + path, "a hash", oid));
        if (size < 0) {
            throw unexpected("size of " + path, "at least 0", described.path("size"));
        }
        return new RepoFile(path, size, entry.path("oid").asText(), hash);
    }

    /**
     * Asks where a file's bytes are: at the hub itself, or behind a signed address of its content network. The commit
     * and the hash that come with it must be the listed ones.
     */
    URI locate(RepoFile file, String commit) {
        URI address = URI.create(endpoint + (name.kind() == RepoName.Kind.DATASET ? "/datasets/" : "/") + name.id()
                + "/resolve/" + commit + "/" + encodedPath(file.path()));
        HttpResponse<Void> answer = head(address);
        header(answer, "X-Repo-Commit").filter(found -> !found.equals(commit)).ifPresent(found -> {
            throw unexpected("X-Repo-Commit of " + file.path(), commit, found);
        });
        header(answer, "X-Linked-Size")
                .filter(found -> !found.equals(Long.toString(file.size())))
                .ifPresent(found -> {
                    throw unexpected("X-Linked-Size of " + file.path(), file.size(), found);
                });
        String etag =
                header(answer, "X-Linked-Etag").or(() -> header(answer, "ETag")).orElse("");
        Optional<ContentHash> hash = ContentHash.parse(etag);
        if (!hash.equals(Optional.of(file.hash()))) {
            throw unexpected("ETag of " + file.path(), file.hash().hex(), etag);
        }
        try {
            return Wire.isRedirect(answer) ? Wire.redirect(answer) : answer.uri();
        } catch (IOException e) {
            throw new UnreachableException(file.path() + " of " + name + ": " + e.getMessage(), e);
        }
    }

    /** Follows redirects until an answer describes the file; that one may lead to where its bytes are. */
    private HttpResponse<Void> head(URI address) {
        return asked(
                address,
                new Attempts("asking for " + address.getPath(), Attempts.MANY, pause),
                target -> {
                    Body nothing = new Body(0, bytes -> {});
                    return wire.send(
                            wire.request(target)
                                    .method("HEAD", BodyPublishers.noBody())
                                    .build(),
                            nothing.append(0),
                            () -> 0);
                },
                answer -> header(answer, "X-Linked-Etag").isPresent());
    }

    private record Answer(JsonNode body, Optional<URI> next) {}

    private Answer json(URI address, int tries) {
        Body[] last = new Body[1];
        HttpResponse<Void> answer = asked(
                address,
                new Attempts("asking " + endpoint + " for " + name, tries, pause),
                target -> {
                    Body body = new Body(MAX_ANSWER_BYTES, bytes -> {});
                    last[0] = body;
                    return wire.send(wire.request(target).GET().build(), body.append(0), body::filled);
                },
                found -> false);
        try {
            return new Answer(JSON.readTree(last[0].bytes()), next(answer));
        } catch (IOException e) {
            throw new UnreachableException(
                    endpoint + " must answer " + address.getPath() + " with JSON; is it a hub (HF_ENDPOINT)?", e);
        }
    }

    private Optional<URI> next(HttpResponse<?> answer) {
        Matcher next = NEXT.matcher(String.join(",", answer.headers().allValues("Link")));
        if (!next.find()) {
            return Optional.empty();
        }
        URI page = answer.uri().resolve(next.group(1));
        String query = page.getRawQuery() == null ? "" : "?" + page.getRawQuery();
        return Optional.of(endpoint.resolve(page.getRawPath() + query)); // a mirror passes on the original's host
    }

    private interface Exchange {
        HttpResponse<Void> with(URI target) throws IOException;
    }

    /** Whether a redirect is the answer, rather than what it leads to. */
    private interface Final {
        boolean is(HttpResponse<?> answer);
    }

    /** An answer of status 200, or a redirect that is final. */
    private HttpResponse<Void> asked(URI address, Attempts attempts, Exchange exchange, Final last) {
        while (true) {
            try {
                HttpResponse<Void> answer = exchange.with(address);
                for (int i = 0; i < MAX_REDIRECTS && Wire.isRedirect(answer) && !last.is(answer); i++) {
                    answer = exchange.with(Wire.redirect(answer));
                }
                if (answer.statusCode() == 200 || (Wire.isRedirect(answer) && last.is(answer))) {
                    return answer;
                }
                if (!Attempts.isPassing(answer.statusCode())) {
                    throw refusals.of(answer);
                }
                attempts.refused(answer);
            } catch (IOException e) {
                attempts.failed(e);
            }
        }
    }

    /** What an answer means that is not what was asked for. */
    HubException refusal(HttpResponse<?> answer) {
        return refusals.of(answer);
    }

    private static Optional<String> header(HttpResponse<?> answer, String header) {
        return answer.headers().firstValue(header);
    }

    private URI api(String what) {
        return URI.create(endpoint + "/api/" + name.kind().plural() + "/" + name.id() + what);
    }

    private static String encodedPath(String path) {
        return Stream.of(path.split("/", -1)).map(HubApi::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HubException unexpected(String field, Object rule, Object found) {
        return new HubException(endpoint + ": " + field + " in " + name + " must be " + rule + ", got '" + found + "'");
    }
}
