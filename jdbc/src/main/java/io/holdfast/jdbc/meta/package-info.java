/** What the database and the driver say of themselves. */
package io.holdfast.jdbc.meta;
