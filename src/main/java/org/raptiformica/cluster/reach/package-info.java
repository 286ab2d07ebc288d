/**
 * Where machines are and how to get to them: which node a person means, on which ways SSH leads there, how to log in, how
 * long nodes take to answer each other, and how a node is told its addresses and the cluster those of a node.
 */
@NullMarked
package org.raptiformica.cluster.reach;

import org.jspecify.annotations.NullMarked;
