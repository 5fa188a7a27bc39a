/** What statements do. */
package io.holdfast.jdbc.run;
