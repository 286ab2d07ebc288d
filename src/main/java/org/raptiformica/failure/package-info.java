/** What can go wrong through no fault of the program: one sealed family, told to people in one shape. */
@NullMarked
package org.raptiformica.failure;

import org.jspecify.annotations.NullMarked;
