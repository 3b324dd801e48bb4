import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;

/** Starts torch and the tokenizers once, so that they unpack their libraries into {@code DJL_CACHE_DIR}. */
final class UnpackNatives {
    private UnpackNatives() {}

    public static void main(String[] arguments) {
        Engine.getEngine("PyTorch");
        LibUtils.checkStatus();
    }
}
