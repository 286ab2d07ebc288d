/**
 * This node's own entry in the shared config: at which addresses others reach it, of its own accord and as a person wants
 * them advertised.
 */
@NullMarked
package org.raptiformica.agent.entry;

import org.jspecify.annotations.NullMarked;
