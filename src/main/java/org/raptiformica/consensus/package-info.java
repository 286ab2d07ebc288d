/**
 * How this program uses Consul: the agent's configuration, who is a server, membership, the shared config in the store
 * and the election of the one agent that decides.
 */
@NullMarked
package org.raptiformica.consensus;

import org.jspecify.annotations.NullMarked;
