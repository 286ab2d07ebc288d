@NullMarked
package org.raptiformica.failure;

import org.jspecify.annotations.NullMarked;
