package dev.sluice.producer.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A TorchScript program: methods of no state, as text.
 *
 * <pre>{@code
 * def encode(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
 *     return torch.addmm(b, x, torch.t(w))
 * }</pre>
 *
 * Calls run in torch's inference mode: what they return may be read, and changed in place by further calls only;
 * autograd refuses it. Ordinary tensors passed in may be changed in place. To change tensors of a list, take the list
 * as an argument: a list built inside a method may be optimised away together with what was done to it.
 *
 * <p>Results belong to the manager of the first tensor argument, as with DJL's own operations, and to the caller's
 * {@link ai.djl.ndarray.NDScope} where one is open. One thread at a time.
 */
public final class TorchProgram implements AutoCloseable {
    /** What every program may call: the fewest rows of a product. */
    private static final String COMMON =
            "\ndef least_rows(self) -> int:\n    return " + StableProduct.LEAST_ROWS + "\n";

    private final String name;
    private final PtNDManager manager;
    private final PtSymbolBlock block;
    private final TorchGradients gradients;

    private TorchProgram(String name, PtNDManager manager, String methods) throws IOException {
        this.name = name;
        this.manager = manager;
        this.block = JniUtils.loadModule(manager, new ByteArrayInputStream(TorchArchive.of(methods)), false, false);
        this.gradients = new TorchGradients(manager, methods);
    }

    /** Loads the methods of UTF-8 resources of {@code owner}, for tensors on {@code manager}'s device. */
    public static TorchProgram load(NDManager manager, Class<?> owner, String... resources) {
        StringBuilder methods = new StringBuilder();
        for (String resource : resources) {
            methods.append(read(owner, resource)).append('\n');
        }
        return of(manager, String.join(" and ", resources), methods.toString());
    }

    private static String read(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new TorchException("program " + resource + " must be a resource of " + owner.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads {@code methods}, and {@code least_rows} ({@link StableProduct}); {@code name} is for messages. */
    public static TorchProgram of(NDManager manager, String name, String methods) {
        PtNDManager own = (PtNDManager) manager.newSubManager();
        try {
            return new TorchProgram(name, own, methods + COMMON);
        } catch (EngineException e) {
            own.close();
            throw new TorchException("program " + name + " cannot be loaded: " + e.getMessage(), e);
        } catch (IOException e) {
            own.close();
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Calls a method.
     *
     * @param arguments NDArray, NDList (a list of tensors), long, int, double, float, boolean, String or long[]
     * @return the tensors of the result: one, the elements of a tuple or list, or none for any other type
     */
    public NDList call(String method, Object... arguments) {
        try (TorchArguments converted = new TorchArguments(arguments)) {
            return run(method, converted.values(), owner(arguments));
        }
    }

    /** As {@link #call}, for the one tensor that the method returns. */
    public NDArray callForOne(String method, Object... arguments) {
        return call(method, arguments).singletonOrThrow();
    }

    /**
     * The gradient of {@code sum(upstream * method(x, further))} with respect to {@code x}, by torch's autograd.
     *
     * <p>No tensor of {@code further} may come from a call, as autograd refuses to keep it: duplicate it first.
     *
     * @param method returns one tensor, of upstream's shape
     * @param further arguments after x: as for {@link #call}; what is no tensor should take few values, since each
     *     compiles the method anew
     * @return a tensor of x's shape, which belongs to x's manager
     */
    public NDArray gradient(String method, NDArray x, NDArray upstream, Object... further) {
        try {
            return gradients.of(method, x, upstream, further);
        } catch (EngineException e) {
            throw new TorchException("program " + name + ", gradient of method " + method + ": " + e.getMessage(), e);
        }
    }

    /** A call to repeat with the same arguments, which must stay open: converting them is most of a call's cost. */
    public Call bind(String method, Object... arguments) {
        return new Call(method, new TorchArguments(arguments), owner(arguments));
    }

    /** A method with its arguments. */
    public final class Call implements AutoCloseable {
        private final String method;
        private final TorchArguments arguments;
        private final PtNDManager owner;

        private Call(String method, TorchArguments arguments, PtNDManager owner) {
            this.method = method;
            this.arguments = arguments;
            this.owner = owner;
        }

        public NDList run() {
            return TorchProgram.this.run(method, arguments.values(), owner);
        }

        /** Lets the arguments go, without closing them. */
        @Override
        public void close() {
            arguments.close();
        }
    }

    private NDList run(String method, IValue[] arguments, PtNDManager owner) {
        // Per thread in torch. Off: a profiled and rewritten graph would change bits between a first and a later call.
        JniUtils.setGraphExecutorOptimize(false);
        try (IValue result = IValueUtils.runMethod(block, method, arguments)) {
            boolean tensors = result.isTensor() || result.isTensorList() || result.isList() || result.isTuple();
            return tensors ? result.toNDList(owner) : new NDList();
        } catch (EngineException e) {
            throw new TorchException("program " + name + ", method " + method + ": " + e.getMessage(), e);
        }
    }

    private PtNDManager owner(Object... arguments) {
        for (Object argument : arguments) {
            if (argument instanceof NDArray tensor) {
                return (PtNDManager) tensor.getManager();
            }
            if (argument instanceof NDList tensors && !tensors.isEmpty()) {
                return (PtNDManager) tensors.head().getManager();
            }
        }
        return manager;
    }

    @Override
    public void close() {
        gradients.close();
        block.close();
        manager.close();
    }
}
