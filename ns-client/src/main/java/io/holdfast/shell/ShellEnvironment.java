package io.holdfast.shell;

import io.holdfast.client.row.RowCodec;
import io.holdfast.protocol.rpc.RpcCaller;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a shell has of the world around it.
 *
 * @param rpc makes the transport; asked once, and only when a command needs it
 * @param codec the row format
 * @param terminal whether a person sits at both ends
 * @param variables the process's environment
 */
public record ShellEnvironment(
    BufferedReader in,
    PrintWriter out,
    PrintWriter err,
    Map<String, String> variables,
    boolean terminal,
    Supplier<RpcCaller> rpc,
    RowCodec codec) {}
