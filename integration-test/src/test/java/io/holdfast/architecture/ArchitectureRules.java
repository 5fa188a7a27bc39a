package io.holdfast.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may use whom. The rules name packages, some of which may not exist: a rule about nobody
 * holds, and it bites with the first class that is put there.
 *
 * <p>The root package is a parameter so that the same rules can be shown to catch planted
 * offenders.
 */
final class ArchitectureRules {
  /** Code that decides. It must behave the same whenever it is given the same events. */
  private static final List<String> CORES =
      List.of(
          "nameserver.state",
          "nameserver.control",
          "nameserver.op",
          "tablet.replication",
          "client.retry");

  /** What is on the edge of common: threads, files, clocks, settings. The rest are values. */
  private static final List<String> EDGES_OF_COMMON =
      List.of("loop", "io", "time", "config", "metrics", "log");

  private static final List<String> ZOOKEEPER_USERS =
      List.of("nameserver.store", "tablet.session", "client.discovery", "tools.zk");

  /** Packages of the JDK that hold nothing but values and containers. */
  private static final Set<String> JDK_VALUES =
      Set.of(
          "java.lang",
          "java.lang.annotation",
          "java.lang.invoke",
          "java.lang.runtime",
          "java.util",
          "java.util.function",
          "java.util.stream",
          "java.util.zip");

  /** What SQL needs besides: packages, and classes of packages that hold other things, too. */
  private static final Set<String> SQL_VALUES =
      Set.of(
          "java.time",
          "java.time.format",
          "java.time.temporal",
          "java.time.zone",
          "java.math",
          "java.nio.charset",
          "java.nio.ByteBuffer",
          "java.nio.ByteOrder",
          "java.io.ByteArrayOutputStream",
          "java.io.Serializable",
          "java.util.regex",
          "java.util.concurrent.CompletionStage",
          "java.util.concurrent.CompletableFuture",
          "java.util.concurrent.CompletionException");

  /** Within these packages, what brings threads, processes, time or chance along. */
  private static final Set<String> JDK_EDGES =
      Set.of(
          "java.lang.Thread",
          "java.lang.ThreadGroup",
          "java.lang.ThreadLocal",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.ProcessHandle",
          "java.lang.Runtime",
          "java.util.Timer",
          "java.util.TimerTask",
          "java.util.Date",
          "java.util.Calendar",
          "java.util.GregorianCalendar",
          "java.util.Scanner",
          "java.time.Clock");

  /** Methods whose answer differs from run to run. */
  private static final Set<String> CHANCE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.System.identityHashCode",
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.ZoneId.systemDefault",
          "java.lang.Math.random",
          "java.lang.StrictMath.random",
          "java.util.UUID.randomUUID",
          "java.util.Collections.shuffle");

  private final String root;

  ArchitectureRules(String root) {
    this.root = root;
  }

  /** Every rule by a short name. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("nameserver knows no tablet", apart("nameserver", "tablet"));
    rules.put("tablet knows no nameserver", apart("tablet", "nameserver"));
    rules.put("servers know no client", serversWithoutClients());
    rules.put("protocol knows only common", protocolIsLow());
    rules.put("common knows nobody", commonIsLowest());
    rules.put("sql knows only protocol", sqlIsLow());
    rules.put("sql does no input or output", sqlUsesValuesOnly());
    rules.put("jdbc stands on the client", jdbcStandsOnTheClient());
    rules.put("cores decide only", coresUseValuesOnly());
    rules.put("cores are deterministic", coresAreDeterministic());
    rules.put("Netty at one place", nettyAtOnePlace());
    rules.put("RocksDB at one place", rocksDbAtOnePlace());
    rules.put("ZooKeeper at the edges", zooKeeperAtTheEdges());
    return rules;
  }

  private ArchRule apart(String from, String to) {
    return noClasses()
        .that()
        .resideInAPackage(in(from))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(in(to))
        .because("control plane and data plane share only the protocol")
        .allowEmptyShould(true);
  }

  private ArchRule serversWithoutClients() {
    return noClasses()
        .that()
        .resideInAnyPackage(in("nameserver"), in("tablet"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(in("client"), in("jdbc"), in("shell"), in("tools"), in("testkit"))
        .because("a server that calls the cluster as its client could wait for itself")
        .allowEmptyShould(true);
  }

  private ArchRule protocolIsLow() {
    return noClasses()
        .that()
        .resideInAPackage(in("protocol"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(in("protocol"), in("common")))))
        .because("dependencies point one way")
        .allowEmptyShould(true);
  }

  private ArchRule commonIsLowest() {
    return noClasses()
        .that()
        .resideInAPackage(in("common"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(in("common")))))
        .because("dependencies point one way")
        .allowEmptyShould(true);
  }

  private ArchRule sqlIsLow() {
    return noClasses()
        .that()
        .resideInAPackage(in("sql"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + "..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(in("sql"), in("protocol"), in("common")))))
        .because("servers, shells and drivers use it, each in its own way")
        .allowEmptyShould(true);
  }

  private ArchRule sqlUsesValuesOnly() {
    return noClasses()
        .that()
        .resideInAPackage(in("sql"))
        .should()
        .dependOnClassesThat(describe("are no plain values", type -> !isAllowedInSql(type)))
        .because("whoever executes a statement brings threads, time and rows along")
        .allowEmptyShould(true);
  }

  private ArchRule jdbcStandsOnTheClient() {
    return noClasses()
        .that()
        .resideInAPackage(in("jdbc"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(root + "..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            in("jdbc"), in("client"), in("sql"), in("protocol"), in("common")))))
        .because("a driver reaches servers over the wire alone")
        .allowEmptyShould(true);
  }

  private ArchRule coresUseValuesOnly() {
    return noClasses()
        .that()
        .resideInAnyPackage(in(CORES))
        .should()
        .dependOnClassesThat(describe("are no plain values", type -> !isAllowedInCores(type)))
        .because("a core owns no thread, clock, socket, file or ZooKeeper handle")
        .allowEmptyShould(true);
  }

  private ArchRule coresAreDeterministic() {
    return noClasses()
        .that()
        .resideInAnyPackage(in(CORES))
        .or()
        .resideInAPackage(in("sql"))
        .should()
        .callCodeUnitWhere(describe("its answer differs from run to run", this::isChance))
        .because("a failure must be replayed from its seed")
        .allowEmptyShould(true);
  }

  private ArchRule nettyAtOnePlace() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(in("protocol.rpc"))
        .and()
        .resideInAPackage(root + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .allowEmptyShould(true);
  }

  private ArchRule rocksDbAtOnePlace() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(in("tablet.storage"))
        .and()
        .resideInAPackage(root + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.rocksdb..")
        .allowEmptyShould(true);
  }

  private ArchRule zooKeeperAtTheEdges() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(in(ZOOKEEPER_USERS))
        .and()
        .resideInAPackage(root + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.zookeeper..", "org.apache.curator..")
        .allowEmptyShould(true);
  }

  private boolean isAllowedInSql(JavaClass type) {
    JavaClass element = type.getBaseComponentType();
    String name = element.getPackageName();
    if (element.isPrimitive()) {
      return true;
    }
    if (name.startsWith("java.")) {
      boolean isValue = JDK_VALUES.contains(name) || SQL_VALUES.contains(name);
      return (isValue || SQL_VALUES.contains(element.getName()))
          && !JDK_EDGES.contains(outermost(element));
    }
    return isWithin(name, "sql")
        || isWithin(name, "protocol") && !isWithin(name, "protocol.rpc")
        || name.startsWith("com.google.protobuf")
        || isWithin(name, "common")
            && EDGES_OF_COMMON.stream().noneMatch(edge -> isWithin(name, "common." + edge));
  }

  private boolean isAllowedInCores(JavaClass type) {
    JavaClass element = type.getBaseComponentType();
    String name = element.getPackageName();
    if (element.isPrimitive()) {
      return true;
    }
    if (name.startsWith("java.")) {
      return JDK_VALUES.contains(name) && !JDK_EDGES.contains(outermost(element));
    }
    return isWithin(name, "protocol.model")
        || isWithin(name, "protocol.message")
        || CORES.stream().anyMatch(core -> isWithin(name, core))
        || isWithin(name, "common")
            && EDGES_OF_COMMON.stream().noneMatch(edge -> isWithin(name, "common." + edge));
  }

  /** Inside a core, and under a foreign root the real common and protocol do as well. */
  private boolean isWithin(String name, String part) {
    return isSameOrBelow(name, root + "." + part) || isSameOrBelow(name, "io.holdfast." + part);
  }

  private boolean isChance(JavaCall<?> call) {
    String owner = call.getTargetOwner().getName();
    String method = call.getName();
    boolean isSeedless =
        (owner.equals("java.util.Random") || owner.equals("java.util.SplittableRandom"))
            && method.equals("<init>")
            && call.getTarget().getRawParameterTypes().isEmpty();
    boolean isShuffleWithRandom =
        method.equals("shuffle") && call.getTarget().getRawParameterTypes().size() == 2;
    return isSeedless || CHANCE.contains(owner + "." + method) && !isShuffleWithRandom;
  }

  private String in(String part) {
    return root + "." + part + "..";
  }

  private String[] in(List<String> parts) {
    return parts.stream().map(this::in).toArray(String[]::new);
  }

  private static boolean isSameOrBelow(String name, String parent) {
    return name.equals(parent) || name.startsWith(parent + ".");
  }

  private static String outermost(JavaClass type) {
    return Arrays.stream(type.getName().split("\\$")).findFirst().orElseThrow();
  }
}
