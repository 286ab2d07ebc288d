/**
 * The hooks of this node: which handlers are called when, and what they are told.
 */
@NullMarked
package org.raptiformica.agent.hook;

import org.jspecify.annotations.NullMarked;
