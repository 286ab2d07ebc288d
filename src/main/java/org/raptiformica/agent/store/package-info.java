/**
 * This node's Consul: configured and running, with snapshots of what is in it and the old copies of its data.
 */
@NullMarked
package org.raptiformica.agent.store;

import org.jspecify.annotations.NullMarked;
