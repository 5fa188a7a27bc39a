/** What command line programs have in common. */
package io.holdfast.tools.cli;
