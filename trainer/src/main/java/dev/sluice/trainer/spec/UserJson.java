package dev.sluice.trainer.spec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.VariantSpec;
import java.io.IOException;
import java.util.List;

/** JSON and YAML as users write and read them: kebab-case, no key twice, nothing deeper than {@value #MOST_DEPTH}. */
public final class UserJson {
    static final int MOST_DEPTH = 32;

    private static final StreamReadConstraints LIMITS =
            StreamReadConstraints.builder().maxNestingDepth(MOST_DEPTH).build();
    private static final ObjectMapper YAML = mapper(YAMLFactory.builder());
    private static final ObjectMapper JSON = mapper(JsonFactory.builder());
    private static final ObjectMapper KEBAB =
            Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);

    private UserJson() {}

    private static ObjectMapper mapper(TSFBuilder<?, ?> builder) {
        return new ObjectMapper(builder.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(LIMITS)
                .build());
    }

    /** The spec with every key that it has, as it could have been given. */
    public static JsonNode tree(VariantSpec spec) {
        return KEBAB.valueToTree(spec);
    }

    /**
     * The documents of a text; a JSON text is one.
     *
     * @throws IOException if it is neither YAML nor JSON, has a key twice, or is nested too deep
     */
    public static List<JsonNode> yaml(String text) throws IOException {
        return documents(YAML, text);
    }

    /**
     * The documents of a JSON text, normally one.
     *
     * @throws IOException if it is not JSON, has a key twice, or is nested too deep
     */
    public static List<JsonNode> json(String text) throws IOException {
        return documents(JSON, text);
    }

    private static List<JsonNode> documents(ObjectMapper mapper, String text) throws IOException {
        try (JsonParser parser = mapper.createParser(text);
                MappingIterator<JsonNode> documents =
                        mapper.readerFor(JsonNode.class).readValues(parser)) {
            return documents.readAll();
        }
    }
}
