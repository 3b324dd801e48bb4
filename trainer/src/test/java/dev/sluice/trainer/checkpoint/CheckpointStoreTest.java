package dev.sluice.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.Torch;
import dev.sluice.trainer.checkpoint.CheckpointException.Fault;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.TrainingKeys;
import dev.sluice.trainer.dictionary.baseline.TokenMeanKind;
import dev.sluice.trainer.dictionary.kmeans.KMeansKind.KMeans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {
    private static final String DIGEST = "d".repeat(64);

    @TempDir
    private Path root;

    @Test
    void shouldGiveBackEveryKindOfStateBitForBit() throws IOException {
        // Given
        try (Torch torch = Torch.start(1);
                NDManager manager = torch.manager().newSubManager()) {
            NDArray weights = manager.create(new float[][] {{1.5f, -0f}, {Float.MIN_VALUE, 3e38f}});
            NDArray counts = manager.create(new long[] {1L << 40, -1});
            CapturedState state = new CapturedState();
            state.tensor("weights", weights);
            state.standing("counts", counts);
            state.longs("step", new long[] {7, Long.MIN_VALUE});
            state.doubles("sums", new double[] {0.1, -1e300});
            weights.addi(1); // what does not stand is copied
            CheckpointStore store = new CheckpointStore(root);

            // When
            StoredCheckpoint stored = store.open(manifest(store.write(header("a", 3), state), header("a", 3)));

            // Then
            NDArray again = stored.tensor("weights", manager);
            assertThat(again.toFloatArray()).containsExactly(1.5f, -0f, Float.MIN_VALUE, 3e38f);
            assertThat(again.addi(1).getShape().getShape()).containsExactly(2, 2);
            assertThat(stored.tensor("counts", manager).toLongArray()).containsExactly(1L << 40, -1);
            assertThat(stored.longs("step")).containsExactly(7, Long.MIN_VALUE);
            assertThat(stored.doubles("sums")).containsExactly(0.1, -1e300);
            assertThat(stored.has("sums")).isTrue();
            assertThat(stored.has("nothing")).isFalse();
            assertThat(stored.header()).isEqualTo(header("a", 3));
        }
    }

    @Test
    void shouldGiveEqualStatesEqualBytesInAnyFolder() throws IOException {
        CheckpointManifest.StoredFile here = new CheckpointStore(root.resolve("x")).write(header("a", 3), state(1));
        CheckpointManifest.StoredFile there = new CheckpointStore(root.resolve("y")).write(header("a", 3), state(1));
        CheckpointManifest.StoredFile other = new CheckpointStore(root.resolve("y")).write(header("a", 3), state(2));

        assertThat(there).isEqualTo(here);
        assertThat(here.file()).isEqualTo("a/a.g0.s0000000003." + here.sha256() + ".safetensors");
        assertThat(other.sha256()).isNotEqualTo(here.sha256());
        assertThat(filesIn(root.resolve("x/a"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 100, -1})
    void shouldCallATruncatedFileTorn(int keep) throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        CheckpointManifest.StoredFile written = store.write(header("a", 3), state(1));
        Path file = root.resolve(written.file());
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, keep < 0 ? bytes.length + keep : keep));

        assertThatThrownBy(() -> store.open(manifest(written, header("a", 3))))
                .hasMessageContaining("torn: bytes must be " + bytes.length)
                .asInstanceOf(type(CheckpointException.class))
                .returns(Fault.TORN, CheckpointException::fault);
    }

    @Test
    void shouldCallAFileWithAFlippedBitTornWhereverTheBitIs() throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        CheckpointManifest.StoredFile written = store.write(header("a", 3), state(1));
        Path file = root.resolve(written.file());
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 37) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            Files.write(file, flipped);
            assertThatThrownBy(() -> store.openNamed(file))
                    .hasMessageContaining("torn: sha256 must be " + written.sha256());
        }
    }

    @Test
    void shouldRefuseTheCheckpointOfAnotherSpecByTheFieldThatDiffers() throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        CheckpointManifest.StoredFile written = store.write(header("a", 3), state(1));
        CheckpointHeader other = new CheckpointHeader(
                new CheckpointHeader.Training(spec("a", 9), 0, DIGEST, 0),
                new CheckpointManifest.Position(3, 30, 30, 0),
                Ledger.EMPTY);

        assertThatThrownBy(() -> store.open(manifest(written, other)))
                .hasMessageContaining("spec.dictionary.latents must be 9, got 4")
                .asInstanceOf(type(CheckpointException.class))
                .returns(Fault.FOREIGN, CheckpointException::fault);
    }

    @Test
    void shouldRefuseAManifestThatPointsOutsideTheFolder() throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        CheckpointManifest.StoredFile written = store.write(header("a", 3), state(1));

        assertThatThrownBy(() -> store.open(manifest(
                        new CheckpointManifest.StoredFile("../" + written.file(), written.bytes(), written.sha256()),
                        header("a", 3))))
                .hasMessageContaining("manifest.file must be below the checkpoint folder");
    }

    @Test
    void shouldKeepTheCheckpointAndItsPredecessorOnly() throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        store.write(header("a", 1), state(1));
        CheckpointManifest second = manifest(store.write(header("a", 2), state(2)), header("a", 2));
        CheckpointManifest third = manifest(store.write(header("a", 3), state(3)), header("a", 3), second);
        Files.createFile(root.resolve("a/.left.tmp"));

        store.retainOnly(third);
        store.deleteTemporaries("a");

        assertThat(filesIn(root.resolve("a"))).containsExactlyInAnyOrder(name(second), name(third));
    }

    @Test
    void shouldDeleteWhateverIsInTheFolderOfAVariant() throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        store.write(header("a", 1), state(1));
        Files.createFile(root.resolve("a/.left.tmp"));
        Files.createFile(root.resolve("a/scores.json"));

        store.deleteAll("a");
        store.deleteAll("a");

        assertThat(store.has("a")).isFalse();
    }

    @Test
    void shouldLeaveAFolderThatNeverGetsEmpty() throws IOException {
        CheckpointStore store = new CheckpointStore(root);
        store.write(header("a", 1), state(1));
        Files.createFile(Files.createDirectory(root.resolve("a/others")).resolve("file"));

        store.deleteAll("a");

        assertThat(store.has("a")).isTrue();
    }

    @Test
    void shouldListTheNewestCheckpointOfEachVariant() throws IOException {
        CheckpointStore store = new CheckpointStore(root.resolve("checkpoints"));
        store.write(header("b", 2), state(1));
        store.write(header("a", 2), state(2));
        CheckpointManifest.StoredFile newest = store.write(header("a", 30), state(3));
        String expected = "a 300 " + newest.sha256();

        CheckpointListing listing = CheckpointListing.of(root);

        assertThat(listing.lines()).hasSize(2).first().isEqualTo(expected);
        assertThat(CheckpointListing.of(root.resolve("checkpoints/a")).lines()).containsExactly(expected);
        assertThat(CheckpointListing.of(root.resolve("checkpoints").resolve(newest.file()))
                        .lines())
                .containsExactly(expected);
        assertThat(listing.json()).contains("\"ledger\"", "\"tensors\"", "\"" + newest.sha256() + "\"");
    }

    @Test
    void shouldSayWhatIsWrongWithAFolderOrFileThatHoldsNoCheckpoint() throws IOException {
        Path foreign = Files.writeString(root.resolve("model.safetensors"), "no");

        assertThatThrownBy(() -> CheckpointListing.of(root)).hasMessageContaining("there is no checkpoint");
        assertThatThrownBy(() -> CheckpointListing.of(root.resolve("absent"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> CheckpointListing.of(foreign)).hasMessageContaining("not a checkpoint");
    }

    private static String name(CheckpointManifest manifest) {
        return manifest.file().substring(manifest.file().indexOf('/') + 1);
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static CapturedState state(long value) {
        CapturedState state = new CapturedState();
        state.longs("value", new long[] {value});
        state.doubles("values", new double[100]);
        return state;
    }

    private static CheckpointHeader header(String variant, long step) {
        return new CheckpointHeader(
                new CheckpointHeader.Training(spec(variant, 4), 0, DIGEST, 0),
                new CheckpointManifest.Position(step, step * 10, step * 10, 0),
                Ledger.EMPTY.plus(0, 0, 10, 1));
    }

    private static VariantSpec spec(String variant, int latents) {
        return new VariantSpec(
                variant,
                "stream",
                new KMeans(latents, 0),
                TrainingKeys.spec(
                        new TokenMeanKind().descriptor(),
                        Map.of("batch-tokens", 10, "epochs", 1, "tokens", 100, "checkpoint-tokens", 50)),
                "earliest");
    }

    private static CheckpointManifest manifest(CheckpointManifest.StoredFile written, CheckpointHeader header) {
        return manifest(written, header, null);
    }

    private static CheckpointManifest manifest(
            CheckpointManifest.StoredFile written, CheckpointHeader header, @Nullable CheckpointManifest previous) {
        return new CheckpointManifest(
                new CheckpointManifest.Origin(header.spec(), header.generation(), header.streamDigest()),
                header.position(),
                false,
                written,
                Map.of(),
                previous);
    }
}
