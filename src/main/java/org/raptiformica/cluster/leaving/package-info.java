/** How machines stop being nodes: in order, or cleaned, this machine or others. */
@NullMarked
package org.raptiformica.cluster.leaving;

import org.jspecify.annotations.NullMarked;
