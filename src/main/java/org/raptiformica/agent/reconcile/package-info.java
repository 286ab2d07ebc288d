/**
 * How an agent keeps its node as it is wanted: the steps that a reconciler takes, and the loop that runs the reconcilers of
 * all features in their order.
 */
@NullMarked
package org.raptiformica.agent.reconcile;

import org.jspecify.annotations.NullMarked;
