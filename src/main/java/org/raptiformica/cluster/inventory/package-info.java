/** The list of machines that {@code deploy} works through, as people write it. */
@NullMarked
package org.raptiformica.cluster.inventory;

import org.jspecify.annotations.NullMarked;
