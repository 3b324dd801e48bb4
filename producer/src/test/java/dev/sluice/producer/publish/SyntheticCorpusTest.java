package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticCorpusTest {
    private static final SyntheticCorpus CORPUS = new SyntheticCorpus(Synthetics.small(30, 10));

    @Test
    void shouldBeIdentifiedByTheDigestOfItsFlatSortedParameters() {
        String json = "{\"active\":4.0,\"coefficients\":\"uniform\",\"correlation\":0.0,\"directions\":\"unit\","
                + "\"features\":64,\"groups\":1,\"minimum\":0.5,\"noise\":0.01,\"power\":0.0,\"rows\":30,"
                + "\"scale\":1.0,\"seed\":7,\"support\":\"exact\",\"validation\":10,\"width\":32}";

        assertThat(new String(Json.canonical(CORPUS.source().spec()), StandardCharsets.UTF_8))
                .isEqualTo(json);
        assertThat(CORPUS.digest()).isEqualTo(Sha256.hex(json));
    }

    @Test
    void shouldHaveADocumentOfOneTokenForEachRow() {
        List<Long> train = new ArrayList<>();
        List<Long> heldOut = new ArrayList<>();
        try (DocumentCursor documents = CORPUS.open(0)) {
            while (documents.hasNext()) {
                Document document = documents.next();
                (CORPUS.isHeldOut(document) ? heldOut : train).add(document.index());
                List<Window> windows = CORPUS.cut(document);
                assertThat(windows).hasSize(1);
                assertThat(windows.get(0).tokenIds()).containsExactly(0);
                assertThat(windows.get(0).document()).isEqualTo(document.index());
            }
        }

        assertThat(train).hasSize(30).contains(39L);
        assertThat(heldOut).hasSize(10).startsWith(0L, 4L, 8L);
    }

    @Test
    void shouldBeginAnywhere() {
        try (DocumentCursor documents = CORPUS.open(39)) {
            assertThat(documents.next().index()).isEqualTo(39);
            assertThat(documents.hasNext()).isFalse();
        }
    }
}
