package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.hub.RepoName.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetFilesTest {
    @Test
    void shouldTakeTheTrainSplitByTheNamesOfFiles() {
        assertThat(chosen(
                        "org/d",
                        "data/test-00000-of-00001.parquet",
                        "data/train-00000-of-00002-4746b8785c874cc7.parquet",
                        "data/train-00001-of-00002-5746b8785c874cc7.parquet",
                        "data/validation-00000-of-00001.parquet"))
                .containsExactly(
                        "data/train-00000-of-00002-4746b8785c874cc7.parquet",
                        "data/train-00001-of-00002-5746b8785c874cc7.parquet");
    }

    @Test
    void shouldTakeTheTrainSplitByTheNamesOfFolders() {
        assertThat(chosen("org/d", "default/test/0000.parquet", "default/train/0000.parquet", "notes.md"))
                .containsExactly("default/train/0000.parquet");
    }

    @Test
    void shouldTakeEverythingWhereNothingIsNamedAfterASplit() {
        assertThat(chosen("org/d", "a.parquet", "trainer.parquet")).containsExactly("a.parquet", "trainer.parquet");
    }

    @Test
    void shouldLetTheUserChooseAmongFolders() {
        String[] files = {"a-raw/test-00000-of-00001.parquet", "a-raw/train-00000-of-00001.parquet", "b/train.parquet"};

        assertThatThrownBy(() -> chosen("org/d", files))
                .hasMessage("org/d has Parquet files in several folders; choose one as org/d:FOLDER, of a-raw, b");
        assertThat(chosen("org/d:a-raw", files)).containsExactly("a-raw/train-00000-of-00001.parquet");
        assertThat(chosen("org/d:sample", "sample/1/x.parquet", "sample/2/x.parquet", "data/x.parquet"))
                .containsExactly("sample/1/x.parquet", "sample/2/x.parquet");
    }

    @Test
    void shouldSayThatThereIsNoTrainSplit() {
        assertThatThrownBy(() -> chosen("org/d", "test.parquet", "dev.parquet"))
                .hasMessage("org/d must have a split 'train', it has [test, validation]");
    }

    @Test
    void shouldNotTakeAPartForTheWhole() {
        assertThatThrownBy(() -> chosen("org/d", "train-00000-of-00003.parquet", "train-00002-of-00003.parquet"))
                .hasMessage("org/d must have 3 files like train-00000-of-00003.parquet, got 2");
    }

    private static List<String> chosen(String name, String... paths) {
        return new DatasetFiles(RepoName.parse(Kind.DATASET, name), List.of(paths)).chosen();
    }
}
