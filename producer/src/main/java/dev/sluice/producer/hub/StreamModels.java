package dev.sluice.producer.hub;

import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.model.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the language model whose activations a stream holds, and takes no other: the bundled one, the commit on the hub
 * that the stream names, or a folder with the content that the stream names.
 */
public final class StreamModels {
    private static final int SHOWN_DIGITS = 12;

    private final Optional<Path> folder;
    private final Path workDir;
    private final Hub hub;

    /**
     * @param folder of a model that is neither bundled nor on the hub
     * @param workDir where the bundled model is unpacked
     */
    public StreamModels(Optional<Path> folder, Path workDir) {
        this(folder, workDir, Hub.ofEnvironment(new LoggedDownloads()));
    }

    StreamModels(Optional<Path> folder, Path workDir, Hub hub) {
        this.folder = folder;
        this.workDir = workDir;
        this.hub = hub;
    }

    /**
     * The folder of the stream's model, in Hugging Face layout. Reads all of its weights; fetches what the hub has and
     * the cache lacks.
     *
     * @throws NoModelException if it is not at hand, or what is at hand is another one
     */
    public Path folder(StreamSpec stream) {
        RowValues values = stream.values();
        if (stream.order().documents().tokenizerDigest().isEmpty()) {
            throw new NoModelException("the rows of " + stream.id() + " are not made of text");
        }
        try {
            return RepoName.isCommit(values.modelRevision()) ? onHub(values) : atHand(values);
        } catch (HubException | ModelException | IOException e) {
            throw new NoModelException(String.valueOf(e.getMessage()), e);
        }
    }

    private Path onHub(RowValues values) throws IOException {
        return ModelSource.resolve(values.model() + "@" + values.modelRevision(), sample(), hub)
                .folder();
    }

    private Path atHand(RowValues values) throws IOException {
        List<String> others = new ArrayList<>();
        for (ModelSource source : candidates(values)) {
            try {
                String identity = source.identity();
                if (identity.equals(values.modelRevision())) {
                    return source.folder();
                }
                others.add(source.folder() + " holds " + shown(identity));
            } catch (ModelException | IOException e) {
                others.add(source.folder() + " cannot be read (" + e.getMessage() + ")");
            }
        }
        throw new NoModelException("the stream is of '" + values.model() + "' with digest "
                + shown(values.modelRevision())
                + (others.isEmpty() ? ", a folder" : ", but " + String.join(" and ", others))
                + "; evaluator.model-folder must name the folder of that model");
    }

    private List<ModelSource> candidates(RowValues values) throws IOException {
        List<ModelSource> candidates = new ArrayList<>();
        folder.map(ModelSource::ofFolder).ifPresent(candidates::add);
        if (values.model().equals(BundledSample.NAME)) {
            candidates.add(ModelSource.resolve(BundledSample.NAME, sample(), hub));
        }
        return candidates;
    }

    private Path sample() {
        return workDir.resolve("model");
    }

    private static String shown(String digest) {
        return digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()));
    }
}
