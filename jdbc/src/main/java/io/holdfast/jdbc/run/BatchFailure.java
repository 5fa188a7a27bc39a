package io.holdfast.jdbc.run;

import java.sql.SQLException;

/**
 * A row of a batch that failed.
 *
 * @param position in the batch, from 0
 * @param outcomeUnknown whether it may have been written, or may still be
 */
public record BatchFailure(int position, boolean outcomeUnknown, SQLException cause) {}
