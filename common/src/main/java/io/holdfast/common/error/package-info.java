/** What is done about failures, ordinary and otherwise. */
package io.holdfast.common.error;
