package io.holdfast.architecture.planted.sql;

import java.util.concurrent.ExecutorService;

/** Wrong on purpose: SQL that brings its own threads. */
public final class OwnsThread {
  ExecutorService threads;
}
