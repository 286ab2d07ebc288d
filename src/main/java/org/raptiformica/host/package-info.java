/**
 * Running commands and moving bytes: on this machine, or on one behind SSH. Knows nothing of clusters; could be a library
 * of its own.
 */
@NullMarked
package org.raptiformica.host;

import org.jspecify.annotations.NullMarked;
