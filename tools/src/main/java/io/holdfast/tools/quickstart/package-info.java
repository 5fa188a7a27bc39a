/**
 * The quick start: what an operator would check by hand after killing a leader, done and counted.
 */
package io.holdfast.tools.quickstart;
