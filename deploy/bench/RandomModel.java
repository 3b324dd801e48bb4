import dev.sluice.producer.model.RandomNeox;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a model of pythia-70m's shape and random weights, with another model's tokenizer: {@code FOLDER TOKENIZER}. */
final class RandomModel {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        RandomNeox.PYTHIA_70M.write(folder, 1);
        Files.copy(Path.of(args[1]), folder.resolve("tokenizer.json"));
    }
}
