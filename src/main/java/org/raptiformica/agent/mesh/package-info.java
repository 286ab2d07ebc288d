/**
 * This node's part of the mesh: its engine runs, is linked with the nodes that it should be linked with, at the addresses
 * that lead there, and lets nobody in who is no member.
 */
@NullMarked
package org.raptiformica.agent.mesh;

import org.jspecify.annotations.NullMarked;
