/**
 * How nodes leave the cluster: this one hands over and goes; of the others those are forgotten that said they would leave,
 * or were away for long.
 */
@NullMarked
package org.raptiformica.agent.departure;

import org.jspecify.annotations.NullMarked;
