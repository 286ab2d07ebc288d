/**
 * How machines become nodes and stay up to date: what is sent to them, how they are provisioned, and how the cluster takes
 * them in; from here, from an inventory, or by joining from the machine itself.
 */
@NullMarked
package org.raptiformica.cluster.entering;

import org.jspecify.annotations.NullMarked;
