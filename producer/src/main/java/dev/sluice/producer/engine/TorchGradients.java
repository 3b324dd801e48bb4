package dev.sluice.producer.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Gradients of a program's methods by torch's autograd.
 *
 * <p>Outside inference mode DJL passes tensors only. So each method is wrapped in a program of its own, which names the
 * other arguments as literals; it is made at the first call with these literals, and kept.
 */
final class TorchGradients implements AutoCloseable {
    private final PtNDManager manager;
    private final String methods;
    private final Map<String, PtSymbolBlock> wrappers = new HashMap<>();

    TorchGradients(PtNDManager manager, String methods) {
        this.manager = manager;
        this.methods = methods;
    }

    /** As {@link TorchProgram#gradient}; an {@link EngineException} says what torch refuses. */
    NDArray of(String method, NDArray x, NDArray upstream, Object... further) {
        NDList tensors = new NDList(x, upstream);
        StringBuilder parameters = new StringBuilder();
        StringBuilder values = new StringBuilder();
        for (Object argument : further) {
            values.append(", ").append(value(argument, tensors, parameters));
        }
        PtSymbolBlock wrapper = wrappers.computeIfAbsent(wrapper(parameters, method, values), this::load);
        boolean wasGradMode = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try {
            JniUtils.setGraphExecutorOptimize(false);
            return IValueUtils.forward(wrapper, tensors, true).singletonOrThrow();
        } finally {
            JniUtils.setGradMode(wasGradMode);
        }
    }

    private static String wrapper(CharSequence parameters, String method, CharSequence values) {
        return """
            def forward(self, x: Tensor, upstream: Tensor%s) -> Tensor:
                leaf = torch.requires_grad_(torch.clone(x), True)
                y = (self).%s(leaf%s)
                upstreams = annotate(List[Optional[Tensor]], [upstream])
                return torch._unwrap_optional(torch.grad([y], [leaf], upstreams)[0])
            """.formatted(parameters, method, values);
    }

    /** How the wrapper writes an argument: a tensor as a parameter of its own, anything else as a literal. */
    private static String value(Object argument, NDList tensors, StringBuilder parameters) {
        if (argument instanceof NDArray tensor) {
            String name = "t" + tensors.size();
            tensors.add(tensor);
            parameters.append(", ").append(name).append(": Tensor");
            return name;
        }
        if (argument instanceof NDList list) {
            return list.stream()
                    .map(tensor -> value(tensor, tensors, parameters))
                    .toList()
                    .toString();
        }
        if (argument instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        if (argument instanceof long[] numbers) {
            return Arrays.toString(numbers);
        }
        return argument instanceof String text ? '"' + text + '"' : argument.toString();
    }

    private PtSymbolBlock load(String wrapper) {
        try {
            return JniUtils.loadModule(
                    manager, new ByteArrayInputStream(TorchArchive.of(methods + "\n" + wrapper)), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        wrappers.values().forEach(PtSymbolBlock::close);
    }
}
