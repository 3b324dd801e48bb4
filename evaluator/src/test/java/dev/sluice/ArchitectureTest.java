package dev.sluice;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sluice.evaluator.metric.RunSums;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.Tokenizer;
import dev.sluice.producer.hub.NoModelException;
import dev.sluice.producer.hub.StreamModels;
import dev.sluice.trainer.TrainerConfiguration;
import dev.sluice.trainer.contract.BatchStatistics.ClassSums;
import dev.sluice.trainer.rest.VariantsRouter;
import java.io.ObjectInputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows of the house: producer <- trainer <- evaluator, and what each room may know. */
class ArchitectureTest {
    private static final long MOST_FILES = 30;

    /** What trainer and evaluator may see of the producer; its README says the same. */
    static final String[] PRODUCER_ROOMS = {
        "dev.sluice.producer.contract",
        "dev.sluice.producer.tensor",
        "dev.sluice.producer.engine",
        "dev.sluice.producer.hash",
        "dev.sluice.producer.synthetic",
        "dev.sluice.producer.model",
        "dev.sluice.producer.topic",
        "dev.sluice.producer.service"
    };

    static final Class<?>[] PRODUCER_TYPES = {
        Document.class, Tokenizer.class, NoModelException.class, StreamModels.class
    };

    /** What the evaluator may see of the trainer; its README says the same. */
    static final String[] TRAINER_ROOMS = {
        "dev.sluice.trainer.contract",
        "dev.sluice.trainer.dictionary",
        "dev.sluice.trainer.measure",
        "dev.sluice.trainer.checkpoint"
    };

    static final Class<?>[] TRAINER_TYPES = {VariantsRouter.class, TrainerConfiguration.class};

    static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice");

    @Test
    void shouldLetNobodyDependOnWhatComesLater() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.producer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.trainer..", "dev.sluice.evaluator..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.trainer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.evaluator..")
                .check(HOUSE);
    }

    @Test
    void shouldShowOtherServicesOnlyWhatTheProducerExports() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.sluice.trainer..", "dev.sluice.evaluator..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.sluice.producer..")
                        .and(not(resideInAnyPackage(PRODUCER_ROOMS)))
                        .and(not(belongToAnyOf(PRODUCER_TYPES))))
                .check(HOUSE);
    }

    @Test
    void shouldShowTheModelToTheEvaluatorOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.trainer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.producer.model")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.evaluator..")
                .and()
                .resideOutsideOfPackage("dev.sluice.evaluator.through")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.producer.model")
                .check(HOUSE);
    }

    @Test
    void shouldShowTheEvaluatorOnlyWhatTheTrainerExports() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.evaluator..")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.sluice.trainer..")
                        .and(not(resideInAnyPackage(TRAINER_ROOMS)))
                        .and(not(belongToAnyOf(TRAINER_TYPES))))
                .check(HOUSE);
    }

    @Test
    void shouldKeepContractsFreeOfServices() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice..contract")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..", "io.vertx..", "io.prometheus..", "org.apache.kafka.clients..")
                .check(HOUSE);
    }

    @Test
    void shouldKeepMathematicsFreeOfTransport() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.sluice.producer.tensor",
                        "dev.sluice.producer.engine",
                        "dev.sluice.producer.hash",
                        "dev.sluice.producer.synthetic",
                        "dev.sluice.producer.model",
                        "dev.sluice.trainer.dictionary..",
                        "dev.sluice.trainer.kernel",
                        "dev.sluice.trainer.measure",
                        "dev.sluice.evaluator.metric",
                        "dev.sluice.evaluator.truth")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.vertx..", "io.prometheus..")
                .check(HOUSE);
    }

    @Test
    void shouldKeepTransportFreeOfArithmetic() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.sluice.producer.contract",
                        "dev.sluice.producer.topic",
                        "dev.sluice.producer.service",
                        "dev.sluice.evaluator.metric",
                        "dev.sluice.evaluator.rolling",
                        "dev.sluice.evaluator.view",
                        "dev.sluice.evaluator.page",
                        "dev.sluice.evaluator.metrics",
                        "dev.sluice.evaluator.report",
                        "dev.sluice.trainer.spec",
                        "dev.sluice.trainer.register",
                        "dev.sluice.trainer.rest")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(HOUSE);
    }

    @Test
    void shouldDivideSumsOfTheEvaluatorInItsTableOfMetricsAlone() {
        for (String sum : List.of(
                "in",
                "out",
                "codes",
                "squaredError",
                "squaredNorm",
                "reconstructionSquaredNorm",
                "dot",
                "cosine",
                "normRatio",
                "active",
                "l1",
                "fvu")) {
            noClasses()
                    .that(resideInAPackage("dev.sluice.evaluator..")
                            .and(not(resideInAPackage("dev.sluice.evaluator.metric"))))
                    .should()
                    .callMethod(ClassSums.class, sum)
                    .check(HOUSE);
        }
        for (String sum : List.of("crossEntropy", "kl", "agreement")) {
            noClasses()
                    .that(resideInAPackage("dev.sluice.evaluator..")
                            .and(not(resideInAPackage("dev.sluice.evaluator.metric"))))
                    .should()
                    .callMethod(RunSums.class, sum)
                    .check(HOUSE);
        }
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.evaluator.metric")
                .should()
                .dependOnClassesThat(resideInAPackage("dev.sluice..")
                        .and(not(resideInAnyPackage(
                                "dev.sluice.evaluator.metric",
                                "dev.sluice.evaluator.contract",
                                "dev.sluice.trainer.contract"))))
                .check(HOUSE);
    }

    @Test
    void shouldKeepSpecsFreeOfKafkaAndTheWeb() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.trainer.spec")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.vertx..", "io.prometheus..")
                .check(HOUSE);
    }

    @Test
    void shouldHaveNoRoomOfMoreThanThirtyFiles() {
        Map<String, Long> files = HOUSE.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files).allSatisfy((room, count) -> assertThat(count).as(room).isLessThanOrEqualTo(MOST_FILES));
    }

    @Test
    void shouldKeepTheHubFreeOfKafkaAndTorch() {
        noClasses()
                .that()
                .resideInAPackage("dev.sluice.producer.hub..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "ai.djl..", "io.vertx..", "io.prometheus..")
                .check(HOUSE);
    }

    @Test
    void shouldHaveNoCyclesBetweenRooms() {
        slices().matching("dev.sluice.(*.*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void shouldNeitherPrintNorThrowGenericExceptionsNorReadJavaObjects() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(HOUSE);
        NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(HOUSE);
        noClasses()
                .should()
                .dependOnClassesThat(belongToAnyOf(ObjectInputStream.class))
                .check(HOUSE);
    }
}
