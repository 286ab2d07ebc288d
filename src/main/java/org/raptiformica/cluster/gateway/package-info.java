/**
 * A client's way into the cluster: the SSH connections of one command, and the node that serves it, found among all that
 * may answer and replaced where it is lost.
 */
@NullMarked
package org.raptiformica.cluster.gateway;

import org.jspecify.annotations.NullMarked;
