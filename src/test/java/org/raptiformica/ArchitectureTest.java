package org.raptiformica;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The house as docs and design describe it: what each package may use, and what the code of all of them looks like. */
final class ArchitectureTest {

    private static final String ROOT = "org.raptiformica";
    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /** The packages of the program, from the doors to the ground. A package may use those of later lines, and itself. */
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("cli"),
            Set.of("agent"),
            Set.of("cluster"),
            Set.of("map", "jobs"),
            Set.of("compute"),
            Set.of("provision"),
            Set.of("mesh"),
            Set.of("consensus"),
            Set.of("config"),
            Set.of("consul", "host"),
            Set.of("failure"));

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "cli",
                "agent",
                "cluster",
                "map",
                "jobs",
                "compute",
                "provision",
                "mesh",
                "consensus",
                "config",
                "consul",
                "host",
                "failure"
            })
    @DisplayName("a package uses none above or beside it")
    void aPackageUsesNoneAboveOrBesideIt(String name) {
        noClasses()
                .that()
                .resideInAPackage(below(name))
                .should()
                .dependOnClassesThat(resideInAPackage(below("")).and(not(aPackageOf(permittedFor(name)))))
                .because("dependencies point down: " + FLOORS)
                .allowEmptyShould(true)
                .check(PROGRAM);
    }

    @Test
    @DisplayName("the Consul client knows nothing of the program, not even its failures")
    void theConsulClientKnowsNothingOfTheProgram() {
        noClasses()
                .that()
                .resideInAPackage(below("consul"))
                .should()
                .dependOnClassesThat(resideInAPackage(below("")).and(not(aPackageOf(Set.of("consul")))))
                .allowEmptyShould(true)
                .check(PROGRAM);
    }

    @Test
    @DisplayName("no package below another uses one that uses it")
    void noCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(PROGRAM);
    }

    @Test
    @DisplayName("every class is in a package of the design")
    void everyClassIsInAPackageOfTheDesign() {
        Set<String> known = FLOORS.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
        classes().should(be(aPackageOf(known))).check(PROGRAM);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"util", "utils", "helper", "helpers", "manager", "managers", "common", "impl"})
    @DisplayName("no package has a name that says nothing")
    void noPackageHasANameThatSaysNothing(String name) {
        noClasses().should().resideInAPackage(".." + name + "..").check(PROGRAM);
    }

    @Test
    @DisplayName("no field is static and can be assigned")
    void noFieldIsStaticAndCanBeAssigned() {
        fields().that(describe("are static and written by a person", ArchitectureTest::isStaticAndWrittenByAPerson))
                .should()
                .haveModifier(FINAL)
                .because("state belongs to objects, which tests can make anew")
                .allowEmptyShould(true)
                .check(PROGRAM);
    }

    @Test
    @DisplayName("every package says that its references are not null unless marked")
    void everyPackageIsNullMarked() {
        assertThat(packagesWithClasses())
                .allSatisfy(found -> assertThat(found.isAnnotatedWith(NullMarked.class))
                        .as("%s has a package-info.java with @NullMarked", found.getName())
                        .isTrue());
    }

    private static List<JavaPackage> packagesWithClasses() {
        return PROGRAM.stream().map(JavaClass::getPackage).distinct().toList();
    }

    private static boolean isStaticAndWrittenByAPerson(JavaField field) {
        return field.getModifiers().contains(STATIC) && !field.getModifiers().contains(SYNTHETIC);
    }

    private static Set<String> permittedFor(String name) {
        Set<String> permitted = new HashSet<>(Set.of(name));
        FLOORS.stream().dropWhile(floor -> !floor.contains(name)).skip(1).forEach(permitted::addAll);
        return permitted;
    }

    private static DescribedPredicate<JavaClass> aPackageOf(Set<String> names) {
        return JavaClass.Predicates.resideInAnyPackage(
                names.stream().map(ArchitectureTest::below).toArray(String[]::new));
    }

    private static String below(String name) {
        return name.isEmpty() ? ROOT + ".." : ROOT + "." + name + "..";
    }
}
