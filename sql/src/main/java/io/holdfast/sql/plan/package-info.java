/** What a WHERE says of keys and times, and from it which rows are asked for. */
package io.holdfast.sql.plan;
