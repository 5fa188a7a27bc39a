package io.holdfast.shell.flags;

import io.holdfast.client.ReadOptions;
import io.holdfast.shell.sql.SqlFormat;

/**
 * The command line, checked. Immutable.
 *
 * @param role {@code ns_client}, {@code client} or {@code sql_client}
 * @param command the one command to run; empty for none
 * @param file statements of the SQL shell; empty for none
 * @param format how the SQL shell prints results
 * @param json whether results are printed as JSON
 * @param reads who answers reads
 */
public record ShellFlags(
    String role,
    String zkCluster,
    String zkRootPath,
    int zkSessionTimeoutMillis,
    String zkAuthScheme,
    String zkAuthText,
    String endpoint,
    boolean interactive,
    String command,
    String file,
    SqlFormat format,
    String database,
    int requestTimeoutMillis,
    Layout layout,
    boolean json,
    ReadOptions reads,
    boolean yes,
    int maxCellBytes,
    int previewDefaultLimit,
    int previewMaxLimit,
    int maxSkipListHeight,
    boolean help,
    boolean version) {}
