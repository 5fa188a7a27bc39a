package io.holdfast.protocol.row;

import java.time.DateTimeException;
import java.time.LocalDate;

/** Dates as rows hold them: {@code (year - 1900) << 16 | (month - 1) << 8 | day}. */
public final class DateNumber {
  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 9999;

  private DateNumber() {}

  /**
   * The number of a date.
   *
   * @throws RowFormatException when the year is not in 1900..9999
   */
  public static int of(LocalDate date) throws RowFormatException {
    if (date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR) {
      throw new RowFormatException("date " + date + " is out of range");
    }
    return (date.getYear() - FIRST_YEAR) << 16
        | (date.getMonthValue() - 1) << 8
        | date.getDayOfMonth();
  }

  /**
   * The date of a number.
   *
   * @throws RowFormatException when it is none
   */
  public static LocalDate toDate(int number) throws RowFormatException {
    int year = FIRST_YEAR + (number >>> 16);
    try {
      if (number >= 0 && year <= LAST_YEAR) {
        return LocalDate.of(year, 1 + (number >>> 8 & 0xff), number & 0xff);
      }
    } catch (DateTimeException e) {
      // Falls through to the one message for all wrong dates.
    }
    throw new RowFormatException("date number " + number + " is not a date");
  }
}
