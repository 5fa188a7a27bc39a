/** Results of statements. */
package io.holdfast.jdbc.result;
