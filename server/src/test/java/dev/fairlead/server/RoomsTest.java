package dev.fairlead.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The server's rows of the table of rooms: what each may import. */
@AnalyzeClasses(packages = "dev.fairlead.server", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String ROOMS = "dev.fairlead.server.internal.";
    private static final String LOG = "org.slf4j";

    private static ArchRule room(String name, String... mayImport) {
        List<String> allowed = new ArrayList<>(List.of(mayImport));
        allowed.add(ROOMS + name);
        allowed.add("java..");
        return classes()
                .that()
                .resideInAPackage(ROOMS + name)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(new String[0]))
                .because("the table of rooms in DESIGN says so");
    }

    @ArchTest
    static final ArchRule keyspaceIsPure = room("keyspace", "dev.fairlead.command");

    @ArchTest
    static final ArchRule replicationIsPure = room("replication", ROOMS + "keyspace");

    @ArchTest
    static final ArchRule persistenceKnowsTheKeyspace = room("persistence", ROOMS + "keyspace");

    @ArchTest
    static final ArchRule commandsKnowNoSocket =
            room("command", ROOMS + "keyspace", ROOMS + "replication", "dev.fairlead.command", LOG);

    @ArchTest
    static final ArchRule sentinelIsPure = room("sentinel", "dev.fairlead.topology");

    @ArchTest
    static final ArchRule netIsTheOnlyRoomWithSockets = classes()
            .that()
            .resideOutsideOfPackage(ROOMS + "net")
            .and()
            .doNotHaveFullyQualifiedName("dev.fairlead.server.EmbeddedCluster")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages("io.netty..", "dev.fairlead.resp..", "dev.fairlead.driver..");

    @ArchTest
    static final ArchRule thePublicApiShowsJdkTypes = classes()
            .that()
            .resideInAPackage("dev.fairlead.server")
            .and()
            .arePublic()
            .should(new ShowOnly(List.of("java.", "dev.fairlead.server.")));

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("dev.fairlead.server.internal.(*)..").should().beFreeOfCycles();

    /** Public methods, constructors and fields show types of these packages only, and none of the internal ones. */
    private static final class ShowOnly extends ArchCondition<JavaClass> {
        private final List<String> packages;

        ShowOnly(List<String> packages) {
            super("show only types of " + packages);
            this.packages = packages;
        }

        @Override
        public void check(JavaClass item, ConditionEvents events) {
            item.getMembers().stream()
                    .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                    .forEach(member -> shown(member)
                            .map(JavaClass::getBaseComponentType)
                            .filter(type -> !isFine(type))
                            .forEach(type -> events.add(SimpleConditionEvent.violated(
                                    member, member.getFullName() + " shows " + type.getName()))));
        }

        private static Stream<JavaClass> shown(JavaMember member) {
            if (member instanceof JavaCodeUnit code) {
                return Stream.of(code.getParameterTypes(), List.of(code.getReturnType()), code.getExceptionTypes())
                        .flatMap(List::stream)
                        .flatMap(type -> type.getAllInvolvedRawTypes().stream());
            }
            return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
        }

        private boolean isFine(JavaClass type) {
            String name = type.getName();
            return type.isPrimitive() || packages.stream().anyMatch(name::startsWith) && !name.contains(".internal.");
        }
    }
}
