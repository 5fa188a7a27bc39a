/**
 * A program that puts load on a cluster and measures it: closed loop or fixed rate, mixes of
 * operations, latencies as histograms, and what it cost the servers on this machine.
 */
package io.holdfast.tools.load;
