package dev.sluice.trainer.rest;

import dev.sluice.trainer.spec.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Why a request is refused, as a problem of RFC 9457. */
final class ProblemException extends RuntimeException {
    static final int BAD_REQUEST = 400;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int PRECONDITION_FAILED = 412;
    static final int UNPROCESSABLE = 422;

    private final int status;
    private final transient Map<String, Object> members;

    ProblemException(int status, String detail) {
        this(status, detail, Map.of());
    }

    /** @param members of the problem beside the standard ones */
    ProblemException(int status, String detail, Map<String, Object> members) {
        super(detail);
        this.status = status;
        this.members = Map.copyOf(members);
    }

    static ProblemException notFound(String id) {
        return new ProblemException(NOT_FOUND, "there is no variant " + id);
    }

    static ProblemException refused(List<Violation> violations, Map<String, Object> members) {
        Map<String, Object> all = new HashMap<>(members);
        all.put("violations", violations);
        String sentences =
                String.join("; ", violations.stream().map(Violation::message).toList());
        return new ProblemException(UNPROCESSABLE, sentences, all);
    }

    int status() {
        return status;
    }

    Map<String, Object> members() {
        return members;
    }
}
