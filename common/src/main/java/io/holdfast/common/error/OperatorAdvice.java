package io.holdfast.common.error;

/**
 * What an operator whose command was refused can do next, by the code of the refusal. One text for
 * the shell and for the JSON door of the nameserver.
 */
public final class OperatorAdvice {
  private OperatorAdvice() {}

  /** Words for a reader; empty where the refusal itself says it all. */
  public static String of(int code) {
    return switch (code) {
      case 100 -> "`showtable` lists the tables of the current database, `use DB` changes it";
      case 101 -> "`showtable` shows the table that is there; choose another name or drop it";
      case 108 -> "`showschema TABLE` lists the indexes";
      case 300 -> "`showns` names the active nameserver; with --zk_cluster it is found for you";
      case 301 -> "`confset auto_failover false` first";
      case 302, 303 -> "`showtablet` lists the tablets and their states";
      case 308 -> "`showtable` lists the partitions of a table and where their replicas are";
      case 314 -> "`showtablet` shows which tablets are healthy; ask for fewer replicas";
      case 801, 802 -> "`showdb` lists the databases";
      case 803 -> "`use DB`, then `showtable` lists what is in it";
      default -> "";
    };
  }
}
