/**
 * How work on many machines at once is done and told: the steps of each machine, what a person sees of them meanwhile, and
 * what became of it.
 */
@NullMarked
package org.raptiformica.cluster.journey;

import org.jspecify.annotations.NullMarked;
