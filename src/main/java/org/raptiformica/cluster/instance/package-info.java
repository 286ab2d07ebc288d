/**
 * The machines that this client boots through a compute type: from their boot, through being brought in, to their removal
 * and to what the cluster forgets of them.
 */
@NullMarked
package org.raptiformica.cluster.instance;

import org.jspecify.annotations.NullMarked;
