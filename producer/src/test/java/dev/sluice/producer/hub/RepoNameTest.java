package dev.sluice.producer.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.hub.RepoName.Kind;
import dev.sluice.producer.hub.net.HubException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepoNameTest {
    private static final String COMMIT = "e93a9faa9c77e5d09219f6c868bfc7a1bd65593c";

    @Test
    void shouldReadANameWithAndWithoutRevision() {
        assertThat(RepoName.parse(Kind.MODEL, "EleutherAI/pythia-70m-deduped"))
                .isEqualTo(new RepoName(Kind.MODEL, "EleutherAI/pythia-70m-deduped", "", "main"));
        assertThat(RepoName.parse(Kind.MODEL, "EleutherAI/pythia-70m-deduped@step3000"))
                .isEqualTo(new RepoName(Kind.MODEL, "EleutherAI/pythia-70m-deduped", "", "step3000"));
        assertThat(RepoName.parse(Kind.DATASET, "NeelNanda/pile-10k@" + COMMIT).revision())
                .isEqualTo(COMMIT);
    }

    @Test
    void shouldReadTheFolderOfADataSet() {
        RepoName name = RepoName.parse(Kind.DATASET, "HuggingFaceFW/fineweb:sample/10BT@refs/convert/parquet");

        assertThat(name)
                .isEqualTo(new RepoName(Kind.DATASET, "HuggingFaceFW/fineweb", "sample/10BT", "refs/convert/parquet"));
        assertThat(name.label()).isEqualTo("HuggingFaceFW/fineweb:sample/10BT");
    }

    @Test
    void shouldNameTheFolderOfTheCacheAsHuggingfaceHubDoes() {
        assertThat(RepoName.parse(Kind.MODEL, "org/name").cacheFolder()).isEqualTo("models--org--name");
        assertThat(RepoName.parse(Kind.DATASET, "org/name").cacheFolder()).isEqualTo("datasets--org--name");
        assertThat(RepoName.parse(Kind.DATASET, "wikitext").cacheFolder()).isEqualTo("datasets--wikitext");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "name",
                "a/b/c",
                "../b",
                "a/..",
                "/a/b",
                "a/b/",
                "a//b",
                ".a/b",
                "a/b.",
                "a--b/c",
                "a/b..c",
                "a/b.git",
                "a/b@",
                "a/b@../c",
                "a/b@/c",
                "a/b@c d",
                "a/b:folder",
                "a b/c",
                "data/pile.parquet",
                "models/weights.safetensors",
                "a/b@-x"
            })
    void shouldTakeNothingElseForTheNameOfAModel(String text) {
        assertThat(RepoName.isName(Kind.MODEL, text)).isFalse();
        assertThatThrownBy(() -> RepoName.parse(Kind.MODEL, text))
                .isInstanceOf(HubException.class)
                .hasMessage("a name on the hub must have the form ORG/NAME[@REVISION], got '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"corpus.jsonl", "a/b:../c", "a/b:/c", "a/b:c//d", "a/b:", "pile.jsonl.zst", "x/y.PARQUET"})
    void shouldTakeNoFileAndNoStrayFolderForTheNameOfADataSet(String text) {
        assertThat(RepoName.isName(Kind.DATASET, text)).isFalse();
    }

    @Test
    void shouldTakeABareNameForADataSet() {
        assertThat(RepoName.isName(Kind.DATASET, "wikitext")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a\\b", "C:/x", "a\nb", "a\u0000b", "a/"})
    void shouldKnowPathsThatLeadOutOfTheCache(String path) {
        assertThat(RepoPath.isSafe(path)).isFalse();
        assertThatThrownBy(() -> RepoPath.checked(path, "hub/org/name"))
                .isInstanceOf(HubException.class)
                .hasMessageStartingWith("hub/org/name: a path must be relative");
    }
}
