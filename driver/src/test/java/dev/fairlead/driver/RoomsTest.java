package dev.fairlead.driver;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The driver's rows of the table of rooms: who may import what. A room that is not here yet has to be added with its walls. */
@AnalyzeClasses(packages = "dev.fairlead", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String API = "dev.fairlead.driver";
    private static final String INTERNAL = "dev.fairlead.driver.internal.";

    /** What looks into every room: the client that puts them together, and the session that hands its verbs to them. */
    private static final String COMPOSITION_ROOT =
            "dev\\.fairlead\\.driver\\.(DefaultRoutingClient|ClientSession)(\\$.*)?";

    private static ArchRule room(String packageName, String... may) {
        String[] allowed = new String[may.length + 2];
        System.arraycopy(may, 0, allowed, 0, may.length);
        allowed[may.length] = packageName;
        allowed[may.length + 1] = "java..";
        return classes()
                .that()
                .resideInAPackage(packageName)
                .and(not(nameMatching(COMPOSITION_ROOT)))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed))
                .allowEmptyShould(true)
                .as("room " + packageName + " imports only what DESIGN's table grants it");
    }

    @ArchTest
    static final ArchRule RESP = room("dev.fairlead.resp", "io.netty..");

    @ArchTest
    static final ArchRule LINK = room(
            INTERNAL + "link",
            "io.netty..",
            "javax.net.ssl..",
            "dev.fairlead.resp",
            "dev.fairlead.topology",
            API,
            "org.slf4j..");

    @ArchTest
    static final ArchRule DISCOVERY = room(
            INTERNAL + "discovery",
            INTERNAL + "link",
            "dev.fairlead.topology",
            "dev.fairlead.resp",
            API,
            "org.slf4j..");

    @ArchTest
    static final ArchRule ROUTE = room(
            INTERNAL + "route",
            "dev.fairlead.command",
            "dev.fairlead.topology",
            "dev.fairlead.policy",
            API,
            "org.slf4j..");

    @ArchTest
    static final ArchRule EXECUTE = room(
            INTERNAL + "execute",
            INTERNAL + "route",
            INTERNAL + "link",
            INTERNAL + "health",
            INTERNAL + "session",
            INTERNAL + "cache",
            "dev.fairlead.command",
            "dev.fairlead.topology",
            "dev.fairlead.policy",
            "dev.fairlead.resp",
            API,
            "org.slf4j..");

    @ArchTest
    static final ArchRule CACHE = room(
            INTERNAL + "cache",
            "com.github.benmanes.caffeine..",
            INTERNAL + "link",
            "dev.fairlead.command",
            "dev.fairlead.resp",
            API,
            "org.slf4j..");

    @ArchTest
    static final ArchRule DEDICATED = room(
            INTERNAL + "dedicated",
            INTERNAL + "execute",
            INTERNAL + "route",
            INTERNAL + "link",
            INTERNAL + "session",
            "dev.fairlead.command",
            "dev.fairlead.topology",
            "dev.fairlead.resp",
            API,
            "org.slf4j..");

    @ArchTest
    static final ArchRule PUBSUB = room(
            INTERNAL + "pubsub", INTERNAL + "link", "dev.fairlead.topology", "dev.fairlead.resp", API, "org.slf4j..");

    @ArchTest
    static final ArchRule HEALTH =
            room(INTERNAL + "health", "io.github.resilience4j..", "dev.fairlead.topology", API, "org.slf4j..");

    @ArchTest
    static final ArchRule SESSION = room(
            INTERNAL + "session",
            "dev.fairlead.command",
            "dev.fairlead.topology",
            "dev.fairlead.policy",
            API,
            "org.slf4j..");

    /** The API shows no netty; what it decodes with is the RESP room, its generic replies are its vocabulary. */
    @ArchTest
    static final ArchRule PUBLIC_API = room(
            API,
            "dev.fairlead.resp",
            "dev.fairlead.command",
            "dev.fairlead.topology",
            "dev.fairlead.policy",
            "org.slf4j..");

    @ArchTest
    static final ArchRule EVERY_ROOM_HAS_ITS_WALLS = classes()
            .that()
            .resideInAPackage("dev.fairlead.driver..")
            .should()
            .resideInAnyPackage(
                    API,
                    INTERNAL + "link",
                    INTERNAL + "discovery",
                    INTERNAL + "route",
                    INTERNAL + "execute",
                    INTERNAL + "dedicated",
                    INTERNAL + "pubsub",
                    INTERNAL + "health",
                    INTERNAL + "cache",
                    INTERNAL + "session");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("dev.fairlead.(**)")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(nameMatching(COMPOSITION_ROOT), alwaysTrue());
}
