package io.hmsops.tsdb.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Checks that the packages of a module stand in one order, and that each uses only those before it.
 */
public final class PackageOrder {
  private final String root;
  private final List<String> packages;
  private final JavaClasses classes;

  /**
   * Reads the classes below a package, tests left out.
   *
   * @param root the package above the listed ones
   * @param packages their simple names, bottom first
   */
  public PackageOrder(String root, List<String> packages) {
    this.root = root;
    this.packages = packages;
    this.classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages(root);
  }

  /** Fails if a package uses one behind it, or if a package is not on the list. */
  public void check() {
    checkEveryPackageIsListed();
    for (int i = 0; i < packages.size(); i++) {
      List<String> above = packages.subList(i + 1, packages.size());
      if (!above.isEmpty()) {
        noClasses()
            .that()
            .resideInAPackage(pattern(packages.get(i)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(above.stream().map(this::pattern).toArray(String[]::new))
            .allowEmptyShould(true)
            .because("a package uses only those before it: " + packages)
            .check(classes);
      }
    }
  }

  /** Fails if code reads a clock, sleeps, or prints where it should not. */
  public void checkClocksAreInjected() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.LocalDateTime.class, "now")
        .because("time comes from an injected java.time.InstantSource")
        .check(classes);
  }

  /**
   * Fails if a class of a package family is used outside the packages named.
   *
   * @param family the foreign package, with {@code ..}
   * @param allowed the simple names of packages that may use it
   */
  public void checkOnlyUsedBy(String family, List<String> allowed) {
    noClasses()
        .that()
        .resideOutsideOfPackages(allowed.stream().map(this::pattern).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(family)
        .because("only %s may know %s".formatted(allowed, family))
        .check(classes);
  }

  private void checkEveryPackageIsListed() {
    Set<String> unlisted =
        classes.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.equals(root))
            .map(name -> name.substring(root.length() + 1))
            .map(name -> name.contains(".") ? name.substring(0, name.indexOf('.')) : name)
            .filter(name -> !packages.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (classes.isEmpty() || !unlisted.isEmpty()) {
      throw new AssertionError(
          "packages below %s that are not on the list: %s (classes read: %d)"
              .formatted(root, unlisted, classes.size()));
    }
  }

  private String pattern(String name) {
    return root + "." + name + "..";
  }
}
