/**
 * Whether packets come back through the mesh, whose engine may look well and carry nothing, and how long they take.
 */
@NullMarked
package org.raptiformica.agent.route;

import org.jspecify.annotations.NullMarked;
