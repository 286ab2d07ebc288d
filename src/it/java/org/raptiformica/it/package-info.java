/** Drives the built program, as a person would, against real machines. */
@NullMarked
package org.raptiformica.it;

import org.jspecify.annotations.NullMarked;
