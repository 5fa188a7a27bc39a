package io.holdfast.architecture;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Dependencies point one way and cores stay pure; planted offenders show that the rules bite. */
class ArchitectureTest {
  private static final String ROOT = "io.holdfast";
  private static final String PLANTED = "io.holdfast.architecture.planted";

  /** Each rule, and what it must find among the planted classes. */
  private static final Map<String, List<String>> OFFENDERS =
      Map.ofEntries(
          entry("nameserver knows no tablet", List.of("planted.nameserver.control.KnowsTablet")),
          entry("tablet knows no nameserver", List.of("planted.tablet.rpc.KnowsNameServer")),
          entry("servers know no client", List.of("planted.tablet.rpc.KnowsClient")),
          entry("protocol knows only common", List.of("planted.protocol.model.KnowsTablet")),
          entry("common knows nobody", List.of("planted.common.KnowsProtocol")),
          entry("sql knows only protocol", List.of("planted.sql.KnowsTablet")),
          entry(
              "sql does no input or output",
              List.of("planted.sql.OwnsThread", "planted.sql.ReadsFile")),
          entry("jdbc stands on the client", List.of("planted.jdbc.KnowsTablet")),
          entry(
              "cores decide only",
              List.of(
                  "planted.nameserver.state.OwnsThread",
                  "planted.tablet.replication.ReadsFile",
                  "planted.tablet.replication.UsesLoop",
                  "planted.client.retry.UsesLock")),
          entry(
              "cores are deterministic",
              List.of(
                  "planted.tablet.replication.AsksTime",
                  "planted.client.retry.RollsDice",
                  "planted.sql.AsksTime")),
          entry("Netty at one place", List.of("planted.tablet.rpc.UsesNetty")),
          entry("RocksDB at one place", List.of("planted.tablet.rpc.UsesRocksDb")),
          entry("ZooKeeper at the edges", List.of("planted.tablet.rpc.UsesZooKeeper")));

  @TestFactory
  Stream<DynamicTest> everyRuleHoldsForTheProject() {
    JavaClasses project =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(ArchitectureTest::isNotPlanted)
            .importPackages(ROOT);
    return new ArchitectureRules(ROOT)
        .all().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(
                        rule.getKey(), () -> assertHolds(rule.getValue(), project)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleCatchesItsOffender() {
    JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);
    Map<String, ArchRule> rules = new ArchitectureRules(PLANTED).all();
    assertThat(rules.keySet()).isEqualTo(OFFENDERS.keySet());
    return rules.entrySet().stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(),
                    () -> {
                      EvaluationResult result = rule.getValue().evaluate(planted);
                      String found = String.join("\n", result.getFailureReport().getDetails());
                      assertThat(found).contains(OFFENDERS.get(rule.getKey()));
                      assertThat(found).doesNotContain("GoodCore");
                    }));
  }

  /** A rule about an empty class path holds, too; so it must be known that there was one. */
  @Test
  void theProjectsClassesAreSeen() {
    JavaClasses project =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    assertThat(project.contain("io.holdfast.common.loop.EventLoop")).isTrue();
    assertThat(project.contain("io.holdfast.protocol.model.LogRecord")).isTrue();
    assertThat(project.contain("io.holdfast.sql.parse.SqlParser")).isTrue();
    assertThat(project.contain("io.holdfast.tablet.TabletMain")).isTrue();
    assertThat(project.contain("io.holdfast.nameserver.NameServerMain")).isTrue();
    assertThat(project.contain("io.holdfast.client.HoldfastClient")).isTrue();
    assertThat(project.contain("io.holdfast.jdbc.HoldfastDriver")).isTrue();
    assertThat(project.contain("io.holdfast.shell.ShellMain")).isTrue();
    assertThat(project.contain("io.holdfast.testkit.sim.Simulation")).isTrue();
    assertThat(project.contain("io.holdfast.tools.zk.ZooKeeperMain")).isTrue();
  }

  private static boolean isNotPlanted(Location location) {
    return !location.contains("/architecture/planted/");
  }

  private static void assertHolds(ArchRule rule, JavaClasses classes) {
    rule.check(classes);
  }
}
