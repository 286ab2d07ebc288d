@NullMarked
package org.raptiformica.compute;

import org.jspecify.annotations.NullMarked;
