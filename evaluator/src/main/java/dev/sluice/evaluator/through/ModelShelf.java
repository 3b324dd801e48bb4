package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.hub.NoModelException;
import dev.sluice.producer.hub.StreamModels;
import dev.sluice.producer.model.LanguageModel;
import dev.sluice.producer.tensor.Dtype;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The models of streams: each is looked for once, one is open at a time, and with it what is known of its streams. On the
 * compute thread, but for {@link #find}.
 */
final class ModelShelf implements AutoCloseable {
    private final StreamModels models;
    private final NDManager parent;
    private final Map<Identity, Place> places = new ConcurrentHashMap<>();
    private final Map<String, OpenStream> streams = new LinkedHashMap<>();
    private @Nullable Shelved open;

    /** What names a model. */
    private record Identity(String name, String revision) {
        static Identity of(StreamSpec stream) {
            return new Identity(stream.values().model(), stream.values().modelRevision());
        }
    }

    /** Where a model is: its folder, or why it has none. */
    private record Place(@Nullable Path folder, String missing) {}

    /** The open model, as float32 or bfloat16. */
    private record Shelved(Identity identity, Dtype dtype, LanguageModel model, NDManager memory, Splice splice) {}

    /** @param parent of all memory */
    ModelShelf(StreamModels models, NDManager parent) {
        this.models = models;
        this.parent = parent;
    }

    /** Looks for the stream's model, which may take minutes. What was looked for once is not looked for again. */
    void find(StreamSpec stream) {
        places.computeIfAbsent(Identity.of(stream), any -> look(stream));
    }

    private Place look(StreamSpec stream) {
        try {
            return new Place(models.folder(stream), "");
        } catch (NoModelException e) {
            return new Place(null, String.valueOf(e.getMessage()));
        }
    }

    /** Why there is no model for the stream, which was {@linkplain #find looked for}; empty if there is one. */
    Optional<String> missing(StreamSpec stream) {
        Place place = place(stream);
        return place.folder() == null ? Optional.of(place.missing()) : Optional.empty();
    }

    private Place place(StreamSpec stream) {
        return Objects.requireNonNull(places.get(Identity.of(stream)), "a model is looked for before it is used");
    }

    /**
     * The stream with its model, which is not {@link #missing}.
     *
     * @throws dev.sluice.producer.model.ModelException if the model cannot be used or has not the stream's hook point
     */
    OpenStream open(StreamSpec stream, Scope scope) {
        Shelved shelved = shelved(stream);
        return streams.computeIfAbsent(stream.digest(), any -> {
            HookedModel hooked = new HookedModel(shelved.model(), stream.hook(), shelved.memory());
            Scoring scoring = new Scoring(hooked, shelved.splice(), scope);
            return new OpenStream(stream, scope, scoring, shelved.splice(), new StreamReference(), shelved.memory());
        });
    }

    private Shelved shelved(StreamSpec stream) {
        Identity identity = Identity.of(stream);
        String narrow = stream.values().modelDtype();
        Dtype dtype = narrow == null ? Dtype.F32 : Dtype.valueOf(narrow);
        Shelved known = open;
        if (known != null && known.identity().equals(identity) && known.dtype() == dtype) {
            return known;
        }
        close();
        Path folder = Objects.requireNonNull(place(stream).folder());
        NDManager memory = parent.newSubManager();
        Shelved opened =
                new Shelved(identity, dtype, LanguageModel.open(folder, memory, dtype), memory, new Splice(memory));
        open = opened;
        return opened;
    }

    /** Closes the model and forgets what is known of its streams. */
    @Override
    public void close() {
        streams.values().forEach(stream -> stream.reference().close());
        streams.clear();
        Shelved last = open;
        if (last != null) {
            open = null;
            last.model().close();
            last.splice().close();
            last.memory().close();
        }
    }
}
