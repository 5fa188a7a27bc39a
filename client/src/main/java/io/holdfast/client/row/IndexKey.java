package io.holdfast.client.row;

/**
 * The key of a row under one of its table's indexes.
 *
 * @param index position of the index in the table's list, from 0
 * @param key the columns' texts, joined as the row format says
 */
public record IndexKey(int index, String key) {}
