package dev.sluice.producer.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads {@code text} and {@code meta.pile_set_name} of one JSON object; other fields are passed over. */
public final class JsonRow {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(StrictText.MAX_BYTES)
                    .build())
            .build();

    private final String place;
    private boolean hasText;
    private @Nullable String text;
    private String subset = "";

    private JsonRow(String place) {
        this.place = place;
    }

    /** @param place the file and line, for messages */
    static RowReader.Row parse(ByteBuffer utf8, String place) {
        String line = StrictText.decode(utf8, place);
        try (JsonParser json = JSON.createParser(line)) {
            JsonRow row = new JsonRow(place);
            row.read(json);
            return row.result();
        } catch (JsonProcessingException e) {
            throw new CorpusException(place + ": must be one JSON object: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new CorpusException(place + ": must be one JSON object: " + e.getMessage(), e);
        }
    }

    /** {@code pile_set_name} of a meta column that holds JSON as a string; empty if it holds something else. */
    public static String subsetOfJson(String meta, String place) {
        try (JsonParser json = JSON.createParser(meta)) {
            JsonRow row = new JsonRow(place);
            if (json.nextToken() == JsonToken.START_OBJECT) {
                row.metaObject(json);
            }
            return row.subset;
        } catch (IOException e) {
            return "";
        }
    }

    private void read(JsonParser json) throws IOException {
        JsonToken first = json.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw wrong("the line", "a JSON object", first);
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "text" -> text(json, value);
                case "meta" -> meta(json, value);
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new CorpusException(place + ": must be one JSON object, got more after its end");
        }
    }

    private void text(JsonParser json, JsonToken value) throws IOException {
        hasText = true;
        if (value == JsonToken.VALUE_STRING) {
            text = StrictText.checked(json.getText(), place);
        } else if (value == JsonToken.VALUE_NULL) {
            text = null;
        } else {
            throw wrong("text", "a string or null", value);
        }
    }

    private void meta(JsonParser json, JsonToken value) throws IOException {
        subset = "";
        if (value == JsonToken.START_OBJECT) {
            metaObject(json);
        } else if (value == JsonToken.VALUE_STRING) {
            subset = subsetOfJson(json.getText(), place);
        } else if (value != JsonToken.VALUE_NULL) {
            throw wrong("meta", "an object, JSON in a string, or null", value);
        }
    }

    private void metaObject(JsonParser json) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (!field.equals("pile_set_name")) {
                json.skipChildren();
            } else if (value == JsonToken.VALUE_STRING) {
                subset = StrictText.checked(json.getText(), place);
            } else if (value != JsonToken.VALUE_NULL) {
                throw wrong("meta.pile_set_name", "a string or null", value);
            }
        }
    }

    private RowReader.Row result() {
        if (!hasText) {
            throw new CorpusException(place + ": field 'text' is missing; every line must have it");
        }
        return new RowReader.Row(text, subset);
    }

    private CorpusException wrong(String field, String rule, @Nullable JsonToken found) {
        return new CorpusException(place + ": " + field + " must be " + rule + ", got " + words(found));
    }

    private static String words(@Nullable JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }
}
