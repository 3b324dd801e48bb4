package dev.sluice.producer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class TorchProgramTest {
    private static Torch torch;

    private NDManager manager;

    @BeforeAll
    static void start() {
        torch = Torch.start(2);
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    @BeforeEach
    void open() {
        manager = torch.manager().newSubManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void shouldCallMethodsWithEveryKindOfArgument() {
        String text = """
                # A comment.
                def all_kinds(self, x: Tensor, n: int, f: float, flag: bool, list: List[Tensor], sizes: List[int]) -> Tuple[Tensor, Tensor]:
                    y = x * f + float(n)

                    if flag:
                        y = y + list[0]
                    return (y, torch.zeros(sizes))
                """;
        try (TorchProgram program = TorchProgram.of(manager, "kinds", text)) {
            NDArray x = manager.create(new float[] {1, 2});

            NDList result = program.call(
                    "all_kinds", x, 3, 0.5, true, new NDList(manager.create(new float[] {10, 20})), new long[] {2, 3});

            assertThat(result).hasSize(2);
            assertThat(result.get(0).toFloatArray()).containsExactly(13.5f, 24f);
            assertThat(result.get(1).getShape()).isEqualTo(new Shape(2, 3));
            assertThat(result.get(0).getManager()).isSameAs(manager);
        }
    }

    @Test
    void shouldChangeOrdinaryTensorsInPlaceAndReturnNothing() {
        String text = """
                def double(self, x: Tensor, all: List[Tensor]) -> int:
                    x.mul_(2.)
                    for y in all:
                        y.add_(1.)
                    return 0
                """;
        try (TorchProgram program = TorchProgram.of(manager, "in-place", text)) {
            NDArray x = manager.create(new float[] {1, 2});
            NDArray y = manager.create(new float[] {1});

            assertThat(program.call("double", x, new NDList(y))).isEmpty();

            assertThat(x.toFloatArray()).containsExactly(2f, 4f);
            assertThat(y.toFloatArray()).containsExactly(2f);
        }
    }

    @Test
    void shouldRepeatABoundCall() {
        try (TorchProgram program =
                TorchProgram.of(manager, "bound", "def add(self, x: Tensor, y: Tensor):\n    return x.add_(y)\n")) {
            NDArray x = manager.create(new float[] {1});
            NDArray y = manager.create(new float[] {2});
            try (TorchProgram.Call call = program.bind("add", x, y)) {
                call.run().close();
                call.run().close();
            }
            assertThat(x.toFloatArray()).containsExactly(5f);
        }
    }

    @Test
    void shouldNameProgramAndMethodInErrors() {
        assertThatThrownBy(
                        () -> TorchProgram.of(manager, "broken", "def f(self, x: Tensor):\n    return torch.nope(x)\n"))
                .isInstanceOf(TorchException.class)
                .hasMessageContaining("program broken")
                .hasMessageContaining("nope");
        try (TorchProgram program =
                TorchProgram.of(manager, "shapes", "def mm(self, x: Tensor):\n    return torch.mm(x, x)\n")) {
            assertThatThrownBy(() -> program.call("mm", manager.zeros(new Shape(2, 3))))
                    .isInstanceOf(TorchException.class)
                    .hasMessageContaining("program shapes, method mm");
            assertThatThrownBy(() -> program.call("absent", 1L))
                    .isInstanceOf(TorchException.class)
                    .hasMessageContaining("absent");
            assertThatThrownBy(() -> program.call("mm", new Object()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("argument 0");
        }
        assertThatThrownBy(() -> TorchProgram.load(manager, TorchProgramTest.class, "absent.py"))
                .isInstanceOf(TorchException.class)
                .hasMessageContaining("absent.py");
    }

    @Test
    void shouldRunOnTheComputeThread() throws Exception {
        try (ComputeThread compute = torch.startComputeThread();
                TorchProgram program =
                        TorchProgram.of(manager, "square", "def sq(self, x: Tensor):\n    return x * x\n")) {
            NDArray x = manager.create(new float[] {3});

            float[] result = compute.lane("test", 1)
                    .submit(() -> program.callForOne("sq", x).toFloatArray())
                    .get();

            assertThat(result).containsExactly(9f);
        }
    }

    @Test
    void shouldGiveBackItsThreadsAfterWorkWithOne() {
        assertThat(OneThread.run(JniUtils::getNumThreads)).isEqualTo(1);
        assertThat(JniUtils.getNumThreads()).isEqualTo(2);
    }
}
