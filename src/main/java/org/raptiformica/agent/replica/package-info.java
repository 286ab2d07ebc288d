/**
 * This node's copy of the shared config: it follows the store's, and every change goes through it into the store, also one
 * that was made while the store did not answer.
 */
@NullMarked
package org.raptiformica.agent.replica;

import org.jspecify.annotations.NullMarked;
