package dev.sluice.producer.hub;

import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.hub.net.UnreachableException;
import java.net.URI;
import java.net.http.HttpResponse;

/** Says what an answer of the hub means that is not what was asked for, and what the user can do. */
final class Refusals {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int PROXY_AUTHENTICATION = 407;
    private static final String CACHED = "; with HF_HUB_OFFLINE=1 what is in the cache is used";

    private final RepoName name;
    private final URI endpoint;
    private final boolean signed;

    /** @param signed whether a token is sent */
    Refusals(RepoName name, URI endpoint, boolean signed) {
        this.name = name;
        this.endpoint = endpoint;
        this.signed = signed;
    }

    HubException of(HttpResponse<?> answer) {
        String code = answer.headers().firstValue("X-Error-Code").orElse("");
        String said = answer.headers().firstValue("X-Error-Message").orElse("");
        return switch (code) {
            case "RevisionNotFound" ->
                new HubException("revision '" + name.revision() + "' of " + name.label() + " does not exist on "
                        + endpoint + "; it must be a branch, a tag or a commit of the repository");
            case "EntryNotFound" ->
                new HubException(name + " has no file " + answer.uri().getPath());
            case "GatedRepo" -> gated();
            case "RepoNotFound" -> absent();
            default -> byStatus(answer.statusCode(), said);
        };
    }

    private HubException byStatus(int status, String said) {
        if (said.startsWith("Invalid credentials")) {
            return new HubException(endpoint + " refuses the token (HF_TOKEN, or the token file in HF_HOME): make a new"
                    + " one, or unset it for what is public" + CACHED);
        }
        return switch (status) {
            case UNAUTHORIZED, NOT_FOUND -> absent();
            case FORBIDDEN ->
                new HubException(endpoint + " does not let this token read " + name
                        + (said.isEmpty() ? "" : ": " + said) + CACHED);
            case PROXY_AUTHENTICATION ->
                new UnreachableException(
                        "the proxy refuses the user and password in HTTPS_PROXY or HTTP_PROXY, or needs them there");
            default ->
                new UnreachableException(
                        endpoint + " answers " + name + " with status " + status + (said.isEmpty() ? "" : ": " + said));
        };
    }

    private HubException gated() {
        return new HubException(name.label() + " is gated: accept its terms at " + page() + " and "
                + (signed ? "use a token of that account (HF_TOKEN)" : "set HF_TOKEN to a token of that account")
                + CACHED);
    }

    private HubException absent() {
        return new HubException("'" + name.label() + "' is neither a path that exists nor a "
                + (name.kind() == RepoName.Kind.MODEL ? "model" : "data set") + " that can be read at " + endpoint
                + ": check its spelling"
                + (signed
                        ? ", and that the token (HF_TOKEN) may read it"
                        : "; a private one needs a token in HF_TOKEN"));
    }

    private String page() {
        return endpoint + (name.kind() == RepoName.Kind.DATASET ? "/datasets/" : "/") + name.id();
    }
}
