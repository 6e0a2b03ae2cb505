package dev.fairlead;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.fairlead.command.CommandTable;
import java.util.Set;

/** The walls of the pure rooms: what each may import, and that none of them reads, writes, waits or asks for the time. */
@AnalyzeClasses(packages = "dev.fairlead", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String COMMAND = "dev.fairlead.command..";
    private static final String TOPOLOGY = "dev.fairlead.topology..";
    private static final String POLICY = "dev.fairlead.policy..";
    private static final String JDK = "java..";
    private static final String YAML = "org.snakeyaml.engine..";

    @ArchTest
    static final ArchRule everyClassLivesInARoom = classes().should().resideInAnyPackage(COMMAND, TOPOLOGY, POLICY);

    @ArchTest
    static final ArchRule commandKnowsOnlyTheJdk = classes()
            .that()
            .resideInAPackage(COMMAND)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(COMMAND, JDK);

    @ArchTest
    static final ArchRule topologyKnowsOnlyTheJdk = classes()
            .that()
            .resideInAPackage(TOPOLOGY)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(TOPOLOGY, JDK);

    @ArchTest
    static final ArchRule policyKnowsTheOtherTwoAndYaml = classes()
            .that()
            .resideInAPackage(POLICY)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(POLICY, COMMAND, TOPOLOGY, YAML, JDK);

    @ArchTest
    static final ArchRule roomsDependOnEachOtherInOneDirection =
            slices().matching("dev.fairlead.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noRoomKnowsFilesOrSockets = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.."));

    @ArchTest
    static final ArchRule onlyTheTableReadsAndOnlyItsRowsFromTheJar = noClasses()
            .that()
            .areNotAssignableTo(CommandTable.class)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("java.io..").and(not("java.io.Serializable", "java.io.UncheckedIOException")));

    @ArchTest
    static final ArchRule noRoomHasThreadsOrWaits = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.util.concurrent.locks..")
                    .or(named("java.lang.Thread", "java.util.Timer", "java.util.concurrent.CompletableFuture"))
                    .or(DescribedPredicate.describe(
                            "executors", type -> type.getName().startsWith("java.util.concurrent.Exec"))));

    @ArchTest
    static final ArchRule noRoomAsksForTheTimeOrForChance = noClasses()
            .should()
            .callMethodWhere(
                    DescribedPredicate.describe("reads a clock or a random source of its own", RoomsTest::isHidden))
            .orShould()
            .dependOnClassesThat(
                    named("java.util.Random", "java.util.concurrent.ThreadLocalRandom", "java.time.Clock"));

    private static boolean isHidden(JavaCall<?> call) {
        String owner = call.getTargetOwner().getName();
        return owner.equals("java.lang.System")
                        && Set.of("nanoTime", "currentTimeMillis").contains(call.getName())
                || owner.startsWith("java.time.") && call.getName().equals("now")
                || owner.equals("java.lang.Math") && call.getName().equals("random");
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe(
                "one of " + String.join(", ", names), type -> Set.of(names).contains(type.getName()));
    }

    private static DescribedPredicate<JavaClass> not(String... names) {
        return DescribedPredicate.not(named(names));
    }
}
