/** Runs the benchmarks, which are in the packages of what they measure, and prints a table. */
package io.holdfast.benchmarks;
