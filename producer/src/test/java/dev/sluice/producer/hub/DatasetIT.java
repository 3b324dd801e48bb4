package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.CorpusException;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.hub.net.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets by name against a server that behaves as the hub does. */
class DatasetIT {
    private static final String NAME = "org/pile";

    @TempDir
    private Path home;

    private TestHub server;
    private TestRepo repo;
    private TestClient client;

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        repo = server.add(new TestRepo("datasets/" + NAME, 0xD1))
                .with("README.md", "# A data set")
                .with("data/test-00000-of-00001.parquet", parquet("text", "no"))
                .with("data/train-00001-of-00002.parquet", parquet("text", "c"))
                .with("data/train-00000-of-00002.parquet", parquet("text", "a", "b"));
        client = new TestClient(server.endpoint(), home);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldReadTheTrainSplitInTheOrderOfItsFiles() {
        Corpus corpus = CorpusSource.resolve(NAME, client.hub());

        assertThat(texts(corpus)).containsExactly("a", "b", "c");
        assertThat(corpus.name()).isEqualTo(NAME);
        assertThat(corpus.digest()).isEqualTo(repo.commit);
        assertThat(corpus.bytes()).isPresent();
        assertThat(server.requests).noneMatch(request -> request.contains("resolve") && request.contains("test-"));
    }

    @Test
    void shouldLinkFilesOfFoldersRelatively() throws Exception {
        CorpusSource.resolve(NAME, client.hub());

        Path snapshot = client.cache().resolve("datasets--org--pile/snapshots").resolve(repo.commit);
        assertThat(Files.readSymbolicLink(snapshot.resolve("data/train-00000-of-00002.parquet")))
                .hasToString("../../../blobs/" + repo.hash("data/train-00000-of-00002.parquet"));
    }

    @Test
    void shouldReadItFromTheCacheWhenOffline() {
        CorpusSource.resolve(NAME, client.hub());
        server.requests.clear();

        Corpus corpus =
                CorpusSource.resolve(NAME, client.with("HF_HUB_OFFLINE", "1").hub());

        assertThat(texts(corpus)).containsExactly("a", "b", "c");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void shouldSayWhatTheCacheLacksOfADataSet() throws Exception {
        CorpusSource.resolve(NAME, client.hub());
        Path folder = client.cache().resolve("datasets--org--pile");
        Files.delete(folder.resolve("blobs").resolve(repo.hash("data/train-00001-of-00002.parquet")));

        assertThatThrownBy(() -> CorpusSource.resolve(
                        NAME, client.with("HF_HUB_OFFLINE", "1").hub()))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("the cache has no data/train-00001-of-00002.parquet of org/pile at ")
                .hasMessageContaining("start once where the hub can be reached");
    }

    @Test
    void shouldReadTheHubsConversionOfADataSetThatIsNotParquet() throws Exception {
        repo.files.clear();
        repo.with("pile.jsonl.zst", "...");
        TestRepo converted = new TestRepo(repo.path, 0xD2).with("default/train/0000.parquet", parquet("text", "z"));
        converted.revisions = "refs/convert/parquet";
        server.add(converted);

        Corpus corpus = CorpusSource.resolve(NAME, client.hub());

        assertThat(texts(corpus)).containsExactly("z");
        assertThat(corpus.digest()).isEqualTo(converted.commit);
        assertThat(client.cache().resolve("datasets--org--pile/refs/refs/convert/parquet"))
                .hasContent(converted.commit);
        assertThatThrownBy(() -> CorpusSource.resolve(NAME + "@" + repo.commit, client.hub()))
                .hasMessageEndingWith(
                        "has no Parquet files; the hub may have converted the data set: org/pile@refs/convert/parquet");
    }

    @Test
    void shouldSayThatADataSetHasNoParquetFiles() {
        repo.files.clear();
        repo.with("pile.csv", "...");

        assertThatThrownBy(() -> CorpusSource.resolve(NAME, client.hub()))
                .hasMessage("org/pile at " + repo.commit + " has no Parquet files");
    }

    @Test
    void shouldNameTheColumnsOfADataSetWithoutText() throws Exception {
        repo.files.clear();
        repo.with("train.parquet", parquet("content", "x"));

        assertThatThrownBy(() -> texts(CorpusSource.resolve(NAME, client.hub())))
                .isInstanceOf(CorpusException.class)
                .hasMessageEndingWith("train.parquet: column 'text' is missing; it has the columns [content, meta]");
    }

    @Test
    void shouldPreferAPathToAName() throws Exception {
        Path file = Files.writeString(home.resolve("corpus.jsonl"), "{\"text\": \"local\"}\n");

        assertThat(texts(CorpusSource.resolve(file.toString(), client.hub()))).containsExactly("local");
        assertThat(CorpusSource.resolve("sample", client.hub()).name()).isEqualTo("sample");
        assertThat(server.requests).isEmpty();
    }

    private byte[] parquet(String column, String... values) throws IOException {
        Path file = home.resolve("some.parquet");
        MessageType schema = MessageTypeParser.parseMessageType(
                "message schema { optional binary " + column + " (STRING); optional binary meta (STRING); }");
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .build()) {
            for (String value : values) {
                writer.write(groups.newGroup().append(column, value));
            }
        }
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        return content;
    }

    private static List<String> texts(Corpus corpus) {
        List<String> texts = new ArrayList<>();
        try (DocumentCursor cursor = corpus.open(0)) {
            while (cursor.hasNext()) {
                Document document = cursor.next();
                texts.add(document.text());
            }
        }
        return texts;
    }
}
