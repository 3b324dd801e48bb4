package dev.sluice.trainer.exchange;

import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads SAEs of other libraries, and writes SAEs for them. */
public final class Exchange {
    private Exchange() {}

    /**
     * Reads a folder of SAELens or sparsify; which, its files tell.
     *
     * @throws ExchangeException if it is none, or not one that can be measured here
     */
    public static ForeignSae read(Path folder) {
        if (Files.isRegularFile(folder.resolve(SaelensFolder.WEIGHTS))) {
            return SaelensFolder.read(folder);
        }
        if (Files.isRegularFile(folder.resolve(SparsifyFolder.WEIGHTS))) {
            return SparsifyFolder.read(folder);
        }
        if (Files.isRegularFile(folder.resolve("ae.pt"))) {
            throw new ExchangeException(folder + ": is dictionary_learning's, a pickle, which can run code; "
                    + "trainer/convert/dictionary_learning.py makes a folder of SAELens of it");
        }
        throw new ExchangeException(folder + ": must be a folder with " + SaelensFolder.WEIGHTS + " (SAELens) or "
                + SparsifyFolder.WEIGHTS + " (sparsify)");
    }

    /** What SAELens calls the model, hook and data that a stream is of. */
    public static Map<String, Object> metadata(StreamSpec stream) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("model_name", stream.model());
        metadata.put("hook_name", stream.hook());
        metadata.put("context_size", stream.context());
        metadata.put("prepend_bos", stream.bosId() >= 0);
        metadata.put("dataset_path", stream.corpus());
        return metadata;
    }

    /**
     * Writes a folder that SAELens reads, with ‖w_j‖ = 1.
     *
     * @param metadata of model, hook and data, as SAELens names it
     * @throws IOException if the disk does not take it
     * @throws ExchangeException if there is a file of its name
     */
    public static void writeSaelens(SaeWeights weights, Map<String, Object> metadata, Path folder) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new ExchangeException(folder + ": must be a folder, or nothing yet");
        }
        SaelensFolder.write(weights.withNormsFolded(), metadata, folder);
    }
}
