package dev.sluice.trainer.rest;

import static dev.sluice.trainer.rest.Rest.VERTX;
import static dev.sluice.trainer.rest.Rest.YAML;
import static dev.sluice.trainer.rest.Rest.get;
import static dev.sluice.trainer.rest.Rest.json;
import static dev.sluice.trainer.rest.Rest.put;
import static dev.sluice.trainer.rest.Rest.router;
import static dev.sluice.trainer.rest.Rest.send;
import static dev.sluice.trainer.rest.Rest.status;
import static dev.sluice.trainer.rest.Rest.topK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.spec.UserJson;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The resource and its contract say the same. */
class ContractIT {
    @Test
    void shouldServeAContractWhoseEveryRouteAnswers() throws Exception {
        put("in-contract", topK(64));
        JsonNode served = json(get("/openapi.json"));
        OpenAPIContract contract = Contract.load(VERTX);

        assertThat(UserJson.yaml(get("/openapi.yaml").body())).containsExactly(served);
        List<Operation> deletingLast = contract.operations().stream()
                .sorted(Comparator.comparing(
                        operation -> operation.getHttpMethod().equals(HttpMethod.DELETE)))
                .toList();
        assertThat(deletingLast).allSatisfy(operation -> {
            String path = operation.getOpenAPIPath().replace("{id}", "in-contract");
            String method = operation.getHttpMethod().name();
            boolean body = operation.getRequestBody() != null;
            HttpResponse<String> answer = send(method, path, body ? topK(64) : null, body ? YAML : null);
            assertThat(answer.statusCode()).as("%s %s", method, path).isNotIn(404, 405, 500, 501);
        });
    }

    @Test
    void shouldAnswerOnlyWhatIsInTheContract() {
        Set<String> answered = new TreeSet<>();
        OpenAPIContract contract = Contract.load(VERTX);
        router(null).router().getRoutes().stream()
                .map(route -> route.getPath() == null ? "" : route.getPath())
                .filter(path -> !path.isEmpty())
                .forEach(answered::add);
        Set<String> described = new TreeSet<>();
        contract.getPaths().forEach(path -> described.add(path.getName().replace("{id}", ":id")));

        answered.removeAll(Set.of("/", "/variants/"));
        assertThat(answered).isEqualTo(described);
    }

    @Test
    void shouldShowWhatTheContractPromises() throws Exception {
        put("promised", topK(64));
        status("promised", 0, "catching-up", 50);

        JsonObject variant = new JsonObject(get("/variants/promised").body());

        assertThat(variant.getDouble("remaining_seconds")).isEqualTo(18);
        assertThat(breaches("Variant", variant)).isEmpty();
        assertThat(breaches(
                        "Assessment",
                        new JsonObject(
                                send("POST", "/estimates", topK(64), YAML).body())))
                .isEmpty();
        assertThat(breaches("Problem", new JsonObject(put("promised", topK(-1)).body())))
                .isEmpty();
        assertThat(breaches("Spec", new JsonObject().put("dictionary", new JsonObject().put("kind", "topq"))))
                .isNotEmpty();
        status("promised", 0, "finished", 0);
    }

    /** What is wrong with a value by a schema of the contract; nothing if it keeps to it. */
    private static List<OutputUnit> breaches(String schema, JsonObject value) {
        JsonObject root = new JsonObject()
                .put("$ref", "#/components/schemas/" + schema)
                .put("components", new JsonObject(Contract.tree().toString()).getJsonObject("components"));
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic)
                .setBaseUri("https://sluice.dev/");
        OutputUnit output = Validator.create(JsonSchema.of(root), options).validate(value);
        return output.getErrors() == null ? List.of() : output.getErrors();
    }
}
