/** The modules of this client and of the cluster: which there are, and how they are installed and removed. */
@NullMarked
package org.raptiformica.cluster.module;

import org.jspecify.annotations.NullMarked;
