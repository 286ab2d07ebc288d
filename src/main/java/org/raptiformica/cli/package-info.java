/** The command line: one class a command; options, exit codes, output and progress. */
@NullMarked
package org.raptiformica.cli;

import org.jspecify.annotations.NullMarked;
