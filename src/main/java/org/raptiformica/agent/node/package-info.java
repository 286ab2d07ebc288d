/**
 * The ground of an agent: what its node is, with its mesh engine and its Consul, the processes that run on it, and the log
 * that all parts write to.
 */
@NullMarked
package org.raptiformica.agent.node;

import org.jspecify.annotations.NullMarked;
